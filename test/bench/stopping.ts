/** The bench was told to end; whoever started something stops it on the way out. */
export class StoppedError extends Error {}

/** Something took longer than it may, or ended before it was done; the message says what. */
export class LateError extends Error {}

/** Waits for `work` as `unlessStopped` does, and no longer than `ms`. */
export const unlessLate = async <T>(signal: AbortSignal, work: Promise<T>, ms: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError(`waited ${Math.round(ms / 1000)} s for ${what}`)), ms);
  });
  try {
    return await unlessStopped(signal, Promise.race([work, late]));
  } finally {
    clearTimeout(timer);
  }
};

/** Waits for `work`, but no longer than until the bench is told to end. */
export const unlessStopped = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  work.catch(() => {}); // nobody may be listening any more
  return new Promise((resolve, reject) => {
    const stop = () => reject(new StoppedError('stopped'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
};

/** What was started, to be stopped in the opposite order whatever happens. */
export const stack = () => {
  const stops: (() => Promise<unknown> | unknown)[] = [];
  return {
    push: (stop: () => Promise<unknown> | unknown): void => void stops.push(stop),
    stop: async (): Promise<void> => {
      for (const stop of stops.reverse().splice(0)) await Promise.resolve(stop()).catch(() => {}); // the others still want to be stopped
    },
  };
};
