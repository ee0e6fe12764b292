import { setTimeout as wait } from 'node:timers/promises';
import { type HttpFront, httpFront } from '../chat/http.js';
import type { Unanswered } from '../chat/unanswered.js';
import type { Config } from '../config/config.js';
import type { Env } from '../config/secrets.js';
import type { Grant } from '../domain/access.js';
import type { Clock } from '../domain/clock.js';
import type { Requester } from '../domain/request.js';
import { targetsFor } from '../intake/access.js';
import type { Intake, Messenger } from '../intake/ports.js';
import type { Store } from '../store/store.js';
import type { ServiceWorld } from './service.js';

type World = Pick<ServiceWorld, 'secrets' | 'log'> & {
  config: Config;
  env: Env;
  store: Pick<Store, 'conversations' | 'parcels'>;
  intake: Intake;
  unanswered: Unanswered;
  clock: Clock;
  /** Stands before every door, and shows who comes in. */
  front: (front: HttpFront) => HttpFront;
  /** Null while questions should be sent here, for `/readyz`. */
  unready: () => Promise<string | null>;
};

/** What both platforms have. */
type Part = {
  messenger: Messenger;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  ailing: () => string | null;
};

/** A wrong token ends the start; a platform that does not answer must not keep the rest of the bot waiting. */
const START_MS = 10_000;

/** Slack and Teams, as far as they are configured; what is not is never read. Whoever must be reachable shares the one listener. */
export const chatPlatforms = async (world: World) => {
  const { config, log, unready } = world;
  const parts = new Map<'slack' | 'teams', Part>();
  const ailing = () => [...parts.values()].map(part => part.ailing()).find(what => what !== null) ?? null;
  const http =
    config.slack?.mode === 'http' || config.teams
      ? world.front(httpFront({ ...config.listen, ailing, unready, log }))
      : null;
  if (config.slack) parts.set('slack', await slackPart(config.slack, world, http));
  if (config.teams && http) parts.set('teams', await teamsPart(config.teams, world, http));

  return {
    messengers: [...parts].map(([platform, { messenger }]) => [platform, messenger] as const),
    ailing,
    /** What keeps questions of each out; null for nothing. */
    entrances: () => new Map([...parts].map(([platform, part]) => [platform as string, part.ailing()])),
    /** Where each can be reached. */
    start: async (): Promise<Record<string, string>> => {
      const at = await http?.start();
      await Promise.all([...parts].map(([platform, part]) => startPart(platform, part)));
      const address = at ? `http://${at.host}:${at.port}` : '';
      const isSocket = (platform: string) => platform === 'slack' && config.slack?.mode === 'socket';
      return Object.fromEntries([...parts.keys()].map(name => [name, isSocket(name) ? 'socket' : address]));
    },
    stop: async (): Promise<void> => {
      await Promise.allSettled([...parts.values()].map(part => part.stop()));
      await http?.stop();
    },
  };

  async function startPart(platform: string, part: Part): Promise<void> {
    const started = part.start();
    started.catch(error =>
      log.error({ error, platform }, `${NAME[platform]} cannot be reached with this configuration`),
    );
    await Promise.race([started, wait(START_MS, undefined, { ref: false })]);
  }
};

const NAME: Readonly<Record<string, string>> = { slack: 'Slack', teams: 'Teams' };

/** Slack by Socket Mode, which needs no open port, or by the HTTP listener. */
const slackPart = async (slack: NonNullable<Config['slack']>, world: World, http: HttpFront | null): Promise<Part> => {
  const { slackAdapter } = await import('../chat/slack/adapter.js');
  const { config, secrets, intake, unanswered, clock, log } = world;
  const groups = groupsOf(config.access, 'slack');
  const readable = (by: Requester) => targetsFor(config.access, by, 'runner', config.targets);
  const mutable = (by: Requester) => targetsFor(config.access, by, 'operator', config.targets);
  return slackAdapter({
    config: slack,
    groups,
    readable,
    mutable,
    secrets,
    intake,
    unanswered,
    clock,
    log,
    ...(http ? { http } : {}),
  });
};

const teamsPart = async (teams: NonNullable<Config['teams']>, world: World, http: HttpFront): Promise<Part> => {
  const { teamsAdapter } = await import('../chat/teams/adapter.js');
  const { config, secrets, env, store, intake, unanswered, clock, log } = world;
  const { conversations, parcels } = store;
  return teamsAdapter({
    config: teams,
    teams: groupsOf(config.access, 'teams'),
    secrets,
    env,
    intake,
    unanswered,
    conversations,
    parcels,
    clock,
    log,
    http,
  });
};

const groupsOf = (access: readonly Grant[], platform: Grant['platform']): string[] => [
  ...new Set(access.filter(grant => grant.platform === platform).flatMap(grant => grant.groups)),
];
