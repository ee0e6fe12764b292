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
  /** In the name of its site. */
  sign: (beat: WorkerBeat) => WorkerBeat;
  /** Why an order was not carried out lately. */
  refuses: (site: SiteId) => string | undefined;
  clock: Clock;
  /** Told of each beat that Redis took. */
  onBeat?: (site: SiteId) => void;
  /** Told once of trouble, and again after it was over: Redis that is away says so itself, a right that is missing does not. */
  onTrouble: (error: unknown) => void;
}): Heart => {
  const { sites, worker, version, heartbeats, sign, refuses, clock, onBeat = () => {}, onTrouble } = given;
  const startedAt = new Date(clock.now()).toISOString();
  const beatOf = (site: SiteId): WorkerBeat => {
    const says = refuses(site);
    const machine = hostname().slice(0, 80);
    return sign({ site, worker, version, machine, startedAt, ...(says ? { refuses: says } : {}) });
  };
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  const beat = async (): Promise<void> => {
    try {
      for (const site of sites) {
        await heartbeats.beat(beatOf(site), clock);
        onBeat(site);
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
      await Promise.allSettled(sites.map(site => heartbeats.leave(beatOf(site), clock)));
    },
  };
};
