import type { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.js';
import { dueEvents, isForgettable, momentOfEvent, timesOf } from '../../src/domain/maintenance.js';
import type { Maintenance } from '../../src/domain/quiet.js';
import { withConfigured } from '../../src/domain/with-configured.js';
import type { Quiets } from '../../src/intake/ports.js';
import { MAINTENANCE, openQueue } from '../queues.js';
import { makeSweeper, SWEEP_MS, type Sweeper } from '../sweeper.js';
import { maintenanceJob } from './job.js';

export type MaintenanceScheduleDeps = {
  connection: Redis;
  clock: Clock;
  quiets: Quiets;
  /** Windows of the configuration. */
  configured: readonly Maintenance[];
  onError: (error: unknown) => void;
};

/** Laid so long before its time, an event comes to the second, also where one look fails. */
const AHEAD_MS = 2 * SWEEP_MS;

/**
 * Lays the beginnings and ends of windows into the queue shortly before they come, and drops what has ended. What is told rests on what
 * was told before; that something is silent rests on the time alone, so no silence depends on this.
 */
export const maintenanceSchedule = (deps: MaintenanceScheduleDeps): Sweeper => {
  const { connection, clock, quiets, configured, onError } = deps;
  const queue = openQueue(MAINTENANCE, connection, onError);
  return makeSweeper(queue, sweep, onError);

  async function sweep(): Promise<void> {
    const now = clock.now();
    // First: a window that is made meanwhile is then among all there are, or in neither.
    const remembered = await quiets.remembered();
    const all = await quiets.all();
    for (const { id } of all.filter(each => isForgettable(each, now))) await quiets.drop(id);
    const stored = all.filter((each): each is Maintenance => each.is === 'maintenance' && !isForgettable(each, now));
    const windows = withConfigured(configured, stored);
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
