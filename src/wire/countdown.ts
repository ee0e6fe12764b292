/** Milliseconds left of a step, by a clock that nobody can set back. */
export type Countdown = () => number;
export const countdown = (ms: number): Countdown => {
  const end = performance.now() + ms;
  return () => Math.max(0, end - performance.now());
};

/** How long a step took so far, in whole milliseconds. */
export const stopwatch = (): (() => number) => {
  const start = performance.now();
  return () => Math.max(0, Math.round(performance.now() - start));
};

/** Gives `promise`, or null when the time is over; throws the signal's reason when it is aborted first. */
export const within = async <Value>(
  promise: Promise<Value>,
  ms: number,
  signal: AbortSignal,
): Promise<Value | null> => {
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let cut = () => {};
  const ended = new Promise<null>((resolve, reject) => {
    timer = setTimeout(() => resolve(null), ms);
    cut = () => reject(signal.reason);
    signal.addEventListener('abort', cut, { once: true });
  });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cut);
    promise.catch(() => {}); // Whoever waited is gone; a late failure has nobody to tell.
  }
};
