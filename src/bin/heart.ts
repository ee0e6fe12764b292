import { hostname } from 'node:os';
import type { Clock } from '../domain/clock.js';
import type { SiteId } from '../domain/ids.js';
import { BEAT_MS, type WorkerBeat } from '../domain/site-state.js';
import type { Heartbeats } from '../intake/ports.js';

export type Heart = { start: () => Promise<void>; stop: () => Promise<void> };

/** Has a worker tell of itself for as long as it lives: for each of its sites, at once and then every ten seconds. */
export const makeHeart = (given: {
  sites: readonly SiteId[];
  worker: string;
  version: string;
  heartbeats: Heartbeats;
  clock: Clock;
  /** Told of each beat that Redis took. */
  onBeat?: (site: SiteId) => void;
  /** Told once of trouble, and again after it was over: Redis that is away says so itself, a right that is missing does not. */
  onTrouble: (error: unknown) => void;
}): Heart => {
  const { sites, worker, version, heartbeats, clock, onBeat = () => {}, onTrouble } = given;
  const startedAt = new Date(clock.now()).toISOString();
  const beats: WorkerBeat[] = sites.map(site => {
    return { site, worker, version, machine: hostname().slice(0, 80), startedAt };
  });
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  const beat = async (): Promise<void> => {
    try {
      for (const each of beats) {
        await heartbeats.beat(each, clock);
        onBeat(each.site);
      }
      isTold = false;
    } catch (error) {
      if (!isTold) onTrouble(error);
      isTold = true;
    }
  };
  return {
    start: async () => {
      timer = setInterval(() => void beat(), BEAT_MS);
      timer.unref();
      await beat();
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.allSettled(beats.map(each => heartbeats.leave(each, clock)));
    },
  };
};
