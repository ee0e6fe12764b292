import { setTimeout as wait } from 'node:timers/promises';
import type { RunId } from '../../domain/ids.js';
import { PRESSED, type Stops, UNHEARD } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reachToChange, type Shelf } from './reach.js';

/**
 * `stop:<run>` is there once somebody has pressed. It is asked for and not subscribed to: a subscription needs a connection of its own and
 * says nothing when it is lost, while a question without an answer is noticed. It is asked only while something runs that can be stopped.
 */
export const redisStops = ({ redis, prefix }: Shelf, { stopMs, stopPollMs, unheardMs }: Limits): Stops => {
  const key = (run: RunId) => `${prefix}stop:${run}`;
  return {
    press: async run => {
      await reachToChange('passing on a stop', () => redis.set(key(run), '1', 'PX', stopMs));
    },
    watch: (run, onStop) => {
      const ending = new AbortController();
      const { signal } = ending;
      void (async () => {
        let heardAt = performance.now();
        while (!signal.aborted) {
          const pressed = await redis.exists(key(run)).catch(() => null); // silence is counted below
          if (signal.aborted) return;
          if (pressed === 1) return onStop(PRESSED);
          if (pressed !== null) heardAt = performance.now();
          if (performance.now() - heardAt > unheardMs) return onStop(UNHEARD);
          await wait(stopPollMs, undefined, { signal }).catch(() => {}); // the watching has ended
        }
      })();
      return () => ending.abort();
    },
  };
};
