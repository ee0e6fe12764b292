import type { Redis } from 'ioredis';
import type { Tree } from '../../jobs/define.js';
import { digestSchedule } from '../../jobs/digest/schedule.js';
import { maintenanceSchedule } from '../../jobs/maintenance/schedule.js';
import { watchSchedule } from '../../jobs/watch/schedule.js';
import type { Log } from '../chat/log.js';
import type { Config } from '../config/config.js';
import { digestsOf } from '../config/digests.js';
import { maintenanceOf } from '../config/maintenance.js';
import { watchesOf } from '../config/watches.js';
import type { Clock } from '../domain/clock.js';
import { silencesNow } from '../intake/silences.js';
import type { Store } from '../store/store.js';

/** What comes unasked: what is kept and configured of it, and what lays it into the queues. */
export const schedulesOf = (world: {
  config: Config;
  store: Pick<Store, 'digests' | 'quiets' | 'watches'>;
  connection: Redis;
  clock: Clock;
  lay: (trees: Tree[]) => Promise<void>;
  log: Log;
}) => {
  const { config, store, connection, clock, lay, log } = world;
  const digest = { digests: store.digests, configured: digestsOf(config) };
  const quiet = { quiets: store.quiets, configured: maintenanceOf(config) };
  const watch = { watches: store.watches, configured: watchesOf(config) };
  const onError = (what: string) => (error: unknown) => log.warn({ error }, `the schedule of ${what} met trouble`);
  const common = { connection, clock };
  const digests = digestSchedule({ ...common, ...digest, onError: onError('digests') });
  const windows = maintenanceSchedule({ ...common, ...quiet, onError: onError('maintenance') });
  const watches = watchSchedule({ ...common, ...watch, lay, onError: onError('watches') });
  const all = [digests, windows, watches];
  const zone = config.timeZone;
  return {
    digest,
    quiet,
    watch,
    silences: () => silencesNow(quiet, clock),
    /** For those who change them by a command. */
    asked: {
      digest: { ...digest, zone, reschedule: digests.reconcile },
      quiet: { ...quiet, zone, reschedule: windows.reconcile },
      watch: { ...watch, zone, reschedule: watches.reconcile },
    },
    start: async () => {
      for (const each of all) await each.start();
    },
    close: () => Promise.allSettled(all.map(each => each.close())),
  };
};

export type Schedules = ReturnType<typeof schedulesOf>;
