import { setMaxListeners } from 'node:events';

/** Lets so many do something at a time, in the order in which they came. Whoever's signal is aborted waits no longer. */
export const turns = (most: number) => {
  const waiting = new Set<() => void>();
  let taken = 0;
  const take = (signal: AbortSignal): Promise<void> =>
    new Promise((go, cut) => {
      if (signal.aborted) return cut(signal.reason);
      if (taken < most) {
        taken += 1;
        return go();
      }
      const enter = () => {
        signal.removeEventListener('abort', leave);
        go();
      };
      const leave = () => {
        waiting.delete(enter);
        cut(signal.reason);
      };
      waiting.add(enter);
      setMaxListeners(0, signal); // all of a run wait by the one
      signal.addEventListener('abort', leave, { once: true });
    });
  /** The next one takes the place over. */
  const giveBack = () => {
    const [next] = waiting;
    if (!next) {
      taken -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  return async <Made>(signal: AbortSignal, work: () => Promise<Made>): Promise<Made> => {
    await take(signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  };
};
