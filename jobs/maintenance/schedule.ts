import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.js';
import { dueEvents, isForgettable, momentOfEvent, timesOf } from '../../src/domain/maintenance.js';
import type { Maintenance } from '../../src/domain/quiet.js';
import type { Quiets } from '../../src/intake/ports.js';
import { MAINTENANCE, openQueue } from '../queues.js';
import { maintenanceJob } from './job.js';

export type MaintenanceScheduleDeps = {
  connection: Redis;
  clock: Clock;
  quiets: Quiets;
  /** Windows of the configuration. */
  configured: readonly Maintenance[];
  onError: (error: unknown) => void;
};

const SWEEP_MS = 15_000;
/** Laid so long before its time, an event comes to the second, also where one look fails. */
const AHEAD_MS = 2 * SWEEP_MS;
const CLOSE_MS = 1_000;

/**
 * Lays the beginnings and ends of windows into the queue shortly before they come, and drops what has ended. What is told rests on what
 * was told before; that something is silent rests on the time alone, so no silence depends on this.
 */
export const maintenanceSchedule = (deps: MaintenanceScheduleDeps) => {
  const { connection, clock, quiets, configured, onError } = deps;
  const queue = openQueue(MAINTENANCE, connection, onError);
  let timer: NodeJS.Timeout | undefined;
  let going: Promise<void> = Promise.resolve();
  const sweep = (): Promise<void> => {
    going = going.catch(() => {}).then(sweepOnce);
    return going;
  };
  return {
    sweep,
    /** Does so now, and from then on by itself. */
    start: async (): Promise<void> => {
      timer ??= setInterval(() => void sweep().catch(onError), SWEEP_MS);
      timer.unref();
      await sweep().catch(onError);
    },
    close: async (): Promise<void> => {
      clearInterval(timer);
      // Without Redis a goodbye would never be heard.
      await Promise.race([going.catch(() => {}).then(() => queue.close()), wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };

  async function sweepOnce(): Promise<void> {
    const now = clock.now();
    // First: a window that is made meanwhile is then among all there are, or in neither.
    const remembered = await quiets.remembered();
    const all = await quiets.all();
    for (const { id } of all.filter(each => isForgettable(each, now))) await quiets.drop(id);
    const windows = [
      ...configured,
      ...all.filter(
        (each): each is Maintenance =>
          each.is === 'maintenance' && !isForgettable(each, now) && !configured.some(({ id }) => id === each.id),
      ),
    ];
    for (const id of remembered) if (!windows.some(each => each.id === id)) await quiets.drop(id); // taken out of the configuration
    for (const window of windows) await one(window, now);
  }

  async function one(window: Maintenance, now: number): Promise<void> {
    if (!window.to) return;
    const schedule = timesOf(window);
    const memory = await quiets.memory(window.id);
    if (memory?.schedule !== schedule) return quiets.remember(window.id, { schedule, since: now, told: [] }); // what began before it was known is no news
    for (const event of dueEvents(window, memory, now, AHEAD_MS)) {
      const { name, data, opts } = maintenanceJob.node(
        { window: window.id, schedule, ...event },
        { delay: Math.max(0, momentOfEvent(event) - now) },
      );
      await queue.add(name, data, opts);
    }
  }
};
