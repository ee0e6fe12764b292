import type { Redis } from 'ioredis';
import type { Tree } from '../../jobs/define.js';
import type { Workers, WorkersDeps } from '../../jobs/running.js';
import { hubWorkers } from '../../jobs/workers.js';
import type { Log } from '../chat/log.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../domain/clock.js';
import type { RunId } from '../domain/ids.js';
import { digestScope } from '../intake/digest-scope.js';
import type { Messenger } from '../intake/ports.js';
import { allQuiets } from '../intake/silences.js';
import { probes } from '../probes/index.js';
import { rules } from '../rules/index.js';
import type { Signing } from '../signing/signing.js';
import type { Store } from '../store/store.js';
import type { BotAudit } from './audit.js';
import { logDone } from './run-log.js';
import type { Schedules } from './schedules.js';
import type { Tracers } from './telemetry.js';

/** The workers beside the bot, who judge what the sites have seen and tell it. */
export const startHub = async (world: {
  config: Config;
  connection: Redis;
  clock: Clock;
  store: Store;
  signing: Signing;
  schedules: Schedules;
  audit: BotAudit;
  tracers: Tracers;
  messenger: (platform: string, run?: RunId) => Messenger;
  lay: (trees: Tree[]) => Promise<void>;
  log: Log;
  onError: WorkersDeps['onError'];
}): Promise<Workers> => {
  const { config, connection, clock, store, signing, schedules, audit, tracers, messenger, lay, log, onError } = world;
  const { silences } = schedules;
  const { targets, sites, access } = config;
  const { history, claims, stops, readings, pens, runs } = store;
  const looks = {
    clock,
    scope: (each: Parameters<typeof digestScope>[0]) => digestScope(each, targets, access),
    sites,
    cards: probes,
    deadlineMs: config.check.deadlineSec * 1000,
    claims,
    history,
    messenger,
    silences,
    lay,
  };
  const hub = hubWorkers(
    { connection, onError, onDone: logDone(log), signing, ...tracers.jobs },
    {
      clock,
      targets,
      rules,
      history,
      onJudged: audit.onJudged,
      claims,
      stops,
      readings,
      pens,
      silences,
      messenger,
      trace: tracers.trace,
      onCrash: (error, rule) => log.error({ error, rule }, 'a rule broke off'),
      onFault: (error, run) => log.error({ error, run }, 'a report could not be shown'),
      digest: { ...looks, ...schedules.digest, onPlan: audit.onPlan('digest') },
      maintenance: {
        clock,
        quiets: store.quiets,
        windows: async () => (await allQuiets(schedules.quiet)).filter(each => each.is === 'maintenance'),
        messenger,
      },
      watch: { ...looks, ...schedules.watch, rules, runs, onPlan: audit.onPlan('watch') },
    },
  );
  await hub.ready();
  return hub;
};
