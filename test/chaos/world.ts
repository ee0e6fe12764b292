import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Part, startPart } from '../../src/bin/part.js';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { type LabSlack, startSlack } from '../../src/lab/slack/start-slack.js';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import type { LabPerson } from '../../src/lab/teams/world.js';
import { freePort } from '../support/free-port.js';
import { PROGRAM } from '../support/program.js';
import { type RedisPair, startRedisPair } from './redis-pair.js';
import { type Relay, startRelay } from './relay.js';
import type { Who } from './schedule.js';
import { type Digested, digestsAhead, targetsOf, WATCHED } from './targets.js';

const CLOCK = pathToFileURL(resolve('dist/test/chaos/stepped-clock.js')).href;
const WHO = ['bot', 'hq', 'branch'] as const;

/** Everything there is: bot and two workers as processes of the built program, each with a way of its own to Redis; lab and platforms here. */
export type ChaosWorld = {
  lab: Lab;
  /** The targets that people may ask about. */
  asked: readonly string[];
  slack: LabSlack;
  teams: LabTeams;
  /** Who asks in Teams, each in a chat of their own with the bot. */
  people: LabPerson[];
  /** Who asks in Slack, each one question. */
  users: readonly string[];
  redis: RedisPair;
  /** To Redis, by process. */
  ways: Readonly<Record<Who, Relay>>;
  /** To the IMAP servers of some targets. */
  mail: readonly Relay[];
  part: (who: Who) => Part;
  /** Starts it again, once it has ended. */
  restart: (who: Who) => Promise<void>;
  clock: (who: Who, offMs: number) => Promise<void>;
  digests: readonly Digested[];
  /** Logs of the processes, for whoever looks for a cause. */
  folder: string;
  stop: () => Promise<void>;
};

/** How many people in Slack and in Teams (none: no Teams), digests ahead, which targets; whether a second Redis stands by. */
type Size = { users: number; people: number; digests: number; targets: readonly string[]; follower: boolean };

export const startWorld = async (given: Size & { kept?: boolean }): Promise<ChaosWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-chaos-'));
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
    if (!given.kept) await rm(folder, { recursive: true, force: true });
  };
  try {
    return await startIn(folder, given, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
};

const startIn = async (
  folder: string,
  given: Size,
  ends: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<ChaosWorld> => {
  const kept = <Started extends { stop: () => Promise<void> }>(started: Started): Started => {
    ends.push(started.stop);
    return started;
  };
  const slack = kept(await startSlack({ triggerMs: 600_000 }));
  const teams = kept(await startTeams());
  const lab = kept(await startLab({ folder: join(folder, 'lab'), scenarios: [], again: targetsOf(given.targets) }));
  const redis = kept(await startRedisPair(folder, given));
  const ways = { bot: await way(), hq: await way(), branch: await way() };
  const people = Array.from({ length: given.people }, (_, index) => teams.world.addPerson(`Person ${index}`));
  for (const person of people) teams.world.setInstalled(teams.world.personalOf(person), true);
  const users = Array.from({ length: given.users }, (_, index) => `U0ASK${index}`);
  for (const user of users) slack.addUser(user);
  slack.addChannel('CWATCH');
  const digests = digestsAhead(given.digests);
  for (const { channel } of digests) slack.addChannel(channel);
  const port = await freePort();
  slack.deliver.to({ is: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  teams.deliver.to(`http://127.0.0.1:${port}/api/messages`);
  const mail: Relay[] = [];
  const file = join(folder, 'config.yaml');
  await writeFile(file, await configText());
  const parts = new Map<Who, Part>();
  ends.push(() => Promise.all([...parts.values()].map(part => part.stop())));
  await Promise.all(WHO.map(start));

  return {
    lab,
    asked: lab.targets.map(({ id }) => id).filter(id => !WATCHED.includes(id)),
    slack,
    teams,
    people,
    users,
    redis,
    ways,
    mail,
    digests,
    folder,
    part: who => parts.get(who) as Part,
    restart: async who => {
      await parts.get(who)?.ended;
      await start(who);
    },
    clock: async (who, offMs) => {
      await writeFile(clockFile(who), String(offMs));
      process.kill((parts.get(who) as Part).pid, 'SIGUSR2');
    },
    stop,
  };

  async function way(): Promise<Relay> {
    return kept(await startRelay(redis.upstream()));
  }

  function clockFile(who: Who): string {
    return join(folder, `${who}.clock`);
  }

  async function start(who: Who): Promise<void> {
    const state = join(folder, `${who}-state`);
    await mkdir(state, { recursive: true });
    const log = await open(join(folder, `${who}.log`), 'a');
    const words = who === 'bot' ? ['bot'] : ['worker', '--site', who];
    const part = startPart(PROGRAM, [...words, '--config', file], envOf(who, state), log.fd);
    await log.close();
    parts.set(who, part);
    await part.ready;
  }

  function envOf(who: Who, state: string): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      UCCX_LOG: 'warn',
      XDG_STATE_HOME: state,
      UCCX_KEYS: join(folder, 'keys'),
      UCCX_REDIS_URL: `redis://127.0.0.1:${ways[who].port}`,
      NODE_OPTIONS: `--import=${CLOCK}`,
      UCCX_CHAOS_CLOCK: clockFile(who),
      ...(who === 'bot'
        ? { SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, TEAMS_SECRET: teams.secret }
        : {}),
    };
  }

  async function configText(): Promise<string> {
    for (const target of lab.targets) {
      if (target.kind !== 'uccx-mail' || !target.id.startsWith('relayed-')) continue;
      const relay = kept(await startRelay({ host: '127.0.0.1', port: target.imap.port }));
      mail.push(relay);
      target.imap.port = relay.port;
    }
    const { loginUrl, openIdUrl } = teams.identity.authority;
    return labConfig(lab, {
      sites: [
        { id: 'hq', vantages: ['uccx-side', 'exchange-side', 'cuc-side'] },
        { id: 'branch', vantages: ['uccx-side', 'agent-side'] },
      ],
      check: { deadlineSec: 10 },
      listen: { port },
      slack: {
        mode: 'http',
        botToken: 'env:SLACK_BOT_TOKEN',
        signingSecret: 'env:SLACK_SIGNING_SECRET',
        apiUrl: slack.apiUrl,
      },
      ...(people.length > 0
        ? {
            teams: {
              appId: teams.appId,
              tenant: teams.tenant,
              password: 'env:TEAMS_SECRET',
              lab: { loginUrl, openIdUrl, serviceUrl: teams.connector.serviceUrl },
            },
          }
        : {}),
      access: [
        { role: 'runner', platform: 'slack', users },
        ...(people.length > 0
          ? [{ role: 'runner', platform: 'teams', users: people.map(({ objectId }) => objectId) }]
          : []),
      ],
      watches: lab.targets.some(({ id }) => WATCHED.includes(id))
        ? [{ id: 'chaos', every: '5s', targets: WATCHED, to: { slack: 'CWATCH' } }]
        : [],
      digests: digests.map(({ id, when, channel }) => ({
        id,
        when,
        zone: 'UTC',
        targets: WATCHED,
        to: { slack: channel },
      })),
    });
  }
};
