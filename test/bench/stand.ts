import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Part, startPart } from '../../src/bin/part.js';
import { labConfig } from '../../src/lab/config.js';
import { startLab } from '../../src/lab/lab.js';
import { type LabSlack, startSlack } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import type { LabPerson } from '../../src/lab/teams/world.js';
import { cacheFolderOf } from '../../src/store/embedded-redis/cache-folder.js';
import { findRedis } from '../../src/store/embedded-redis/find-redis.js';
import { type RunningRedis, startRedis } from '../../src/store/embedded-redis/start-redis.js';
import { freePort } from '../support/free-port.js';
import { PROGRAM } from '../support/program.js';
import { delayProxy } from './delay-proxy.js';
import { stack, unlessStopped } from './stopping.js';

/** Where people ask; the bot is a member, and whoever may write there may do everything. */
export const CHANNEL = 'C0BENCH';
/** `inbox-0` … `inbox-9`: ten targets that are looked at without a login, one server behind them. */
export const INBOXES = Array.from({ length: 10 }, (_, index) => `inbox-${index}`);

/** What the bot has posted there, without the files that follow. */
export const answersIn = (slack: LabSlack): LabMessage[] => slack.messages(CHANNEL).filter(({ file }) => file === null);

/** The built program as an administrator runs it, in front of the lab's servers and the lab's Slack. */
export type Stand = {
  slack: LabSlack;
  /** Null unless asked for. */
  teams: TeamsStand | null;
  redis: RunningRedis;
  /** Not started yet, so that starting can be measured. Stopped with the stand, if nobody did so before. */
  startBot: () => Part;
  startWorker: () => Part;
  stop: () => Promise<void>;
};

/** People who may do everything, each in a chat of their own with the bot. */
export type TeamsStand = { lab: LabTeams; people: readonly LabPerson[] };
export type TeamsEngineName = 'botbuilder' | 'agents';
const PEOPLE = 200;

/** Everything but the bot. With `redisAwayMs` bot and worker reach Redis over a line of so long a round trip. */
export const openStand = async (
  signal: AbortSignal,
  { redisAwayMs = 0, engine = null }: { redisAwayMs?: number; engine?: TeamsEngineName | null } = {},
): Promise<Stand> => {
  const started = stack();
  const on = <T>(work: Promise<T>): Promise<T> => unlessStopped(signal, work);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-bench-'));
    started.push(() => rm(folder, { recursive: true, force: true }));
    const lab = await startLab({ folder: join(folder, 'lab'), scenarios: ['prod', 'inbox'] });
    started.push(lab.stop);
    const slack = await startSlack();
    started.push(slack.stop);
    slack.addChannel(CHANNEL);
    const teams = engine ? teamsStand(await startTeams()) : null;
    if (teams) started.push(teams.lab.stop);

    const program = await on(findRedis({ env: process.env, cacheFolder: cacheFolderOf(process.env), say: () => {} }));
    const redis = await startRedis({ program, folder: join(folder, 'redis'), say: () => {} });
    started.push(redis.stop);
    const away = redisAwayMs > 0 ? await delayProxy(placeOf(redis), redisAwayMs) : null;
    if (away) started.push(away.stop);

    const file = join(folder, 'config.yaml');
    const inbox = lab.targets.find(({ id }) => id === 'inbox');
    await writeFile(
      file,
      labConfig(lab, {
        targets: [...lab.targets.filter(target => target !== inbox), ...INBOXES.map(id => ({ ...inbox, id }))],
        access: [
          { role: 'operator', platform: 'slack', channels: [CHANNEL] },
          ...(teams
            ? [{ role: 'operator', platform: 'teams', users: teams.people.map(({ objectId }) => objectId) }]
            : []),
        ],
        listen: { host: '127.0.0.1', port: await freePort() },
        slack: { mode: 'http', botToken: 'env:BOT_TOKEN', signingSecret: 'env:SIGNING', apiUrl: slack.apiUrl },
        ...(teams && engine ? { teams: teamsConfig(teams.lab, engine) } : {}),
      }),
    );
    const env = {
      ...process.env,
      UCCX_REDIS_URL: away ? proxied(redis.url, away.port) : redis.url,
      XDG_STATE_HOME: folder,
      BOT_TOKEN: slack.botToken,
      SIGNING: slack.signingSecret,
      ...(teams ? { TEAMS_SECRET: teams.lab.secret } : {}),
    };
    // As in production the log is written, for writing it takes its time too.
    const logFile = join(folder, 'log');
    const log = await open(logFile, 'a');
    started.push(() => log.close());
    const start = (...args: string[]): Part => {
      const part = startPart(PROGRAM, [...args, '--config', file], env, log.fd);
      started.push(part.stop);
      const ready = part.ready.catch(async cause => {
        throw new Error(`${part.name} did not start: ${(await readFile(logFile, 'utf8')).slice(-1_000)}`, { cause });
      });
      ready.catch(() => {}); // whoever waits is told
      return { ...part, ready };
    };
    return {
      slack,
      teams,
      redis,
      startBot: () => start('bot'),
      startWorker: () => start('worker', '--site', 'hq'),
      stop: started.stop,
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
};

const teamsStand = (lab: LabTeams): TeamsStand => {
  const people = Array.from({ length: PEOPLE }, (_, index) => lab.world.addPerson(`Person ${index}`));
  for (const person of people) lab.world.setInstalled(lab.world.personalOf(person), true);
  return { lab, people };
};

const teamsConfig = ({ appId, tenant, identity, connector }: LabTeams, engine: TeamsEngineName) => ({
  appId,
  tenant,
  engine,
  password: 'env:TEAMS_SECRET',
  lab: {
    loginUrl: identity.authority.loginUrl,
    openIdUrl: identity.authority.openIdUrl,
    serviceUrl: connector.serviceUrl,
  },
});

const placeOf = ({ socketPath, url }: RunningRedis) =>
  socketPath ? { path: socketPath } : { host: '127.0.0.1', port: Number(new URL(url).port) };

const proxied = (url: string, port: number): string => {
  const { password } = new URL(url);
  return `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`;
};
