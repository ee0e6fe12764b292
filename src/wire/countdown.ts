import { HELD_UP_MS, timeLimit } from '../domain/time-limit.js';
import type { Ending } from './ending.js';

/** Milliseconds left of a step, by a clock that nobody can set back. */
export type Countdown = () => number;
export const countdown = (ms: number): Countdown => {
  const end = performance.now() + ms;
  return () => Math.max(0, end - performance.now());
};

/**
 * One timer for many waits that follow each other, almost none of which is waited out. It is set anew only where it would ring too late,
 * so it may ring too early: whoever is woken looks whether it is time, and whether this machine has held it up.
 */
export const alarm = (ring: (wasHeldUp: boolean) => void) => {
  let timer: NodeJS.Timeout | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;
  const off = () => {
    clearTimeout(timer);
    ringsAt = Number.POSITIVE_INFINITY;
  };
  const rung = () => {
    const wasHeldUp = performance.now() - ringsAt >= HELD_UP_MS;
    ringsAt = Number.POSITIVE_INFINITY;
    ring(wasHeldUp);
  };
  return {
    /** @param at by the clock of `performance.now` */
    at: (at: number): void => {
      if (ringsAt <= at) return;
      clearTimeout(timer);
      ringsAt = at;
      timer = setTimeout(rung, Math.ceil(at - performance.now()));
    },
    off,
  };
};

/** Rings once unless it is called off, and only where the other end was too slow (`timeLimit`). Gives the way to call it off. */
export const limit = (ms: number, over: () => void): (() => void) => {
  let isOff = false;
  let timer: NodeJS.Timeout | undefined;
  const ring = () => {
    if (!isOff) over();
  };
  timeLimit(ms, ring, next => {
    timer = next;
  });
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
};

/** How long a step took so far, in whole milliseconds. */
export const stopwatch = (): (() => number) => {
  const start = performance.now();
  return () => Math.max(0, Math.round(performance.now() - start));
};

/** Gives `promise`, or null when the time is over; throws the signal's reason when it is aborted first. */
export const within = <Value>(promise: Promise<Value>, ms: number, signal: Ending): Promise<Value | null> =>
  new Promise((resolve, reject) => {
    const leave = () => {
      callOff();
      signal.removeEventListener('abort', cut);
    };
    const cut = () => {
      leave();
      reject(signal.reason);
    };
    const callOff = limit(ms, () => {
      leave();
      resolve(null);
    });
    signal.addEventListener('abort', cut);
    if (signal.aborted) cut();
    promise.then(
      value => {
        leave();
        resolve(value);
      },
      error => {
        leave();
        reject(error); // where whoever waited is gone, a late failure has nobody to tell
      },
    );
  });
