/** A timer that rings so much later than it should was held up by this machine. */
export const HELD_UP_MS = 250;
/** What is waited for is there by then, or on its way. */
const ONCE_MORE_MS = 500;
/** What somebody who had so long for an answer has once more. */
export const onceMore = (ms: number): number => Math.min(ms, ONCE_MORE_MS);

/**
 * Rings where somebody else was too slow. A process that had no processor for a while, or whose machine stood still (as virtual ones do while
 * they are copied or moved), has its timers ring before what came meanwhile is read. So that is read first, and where the timer rang
 * much too late, whoever is waited for has some time once more.
 * @param over may still be called right after `clearTimeout`
 * @param hold is given each timer, to clear it
 */
export const timeLimit = (ms: number, over: () => void, hold: (timer: NodeJS.Timeout) => void): void => {
  const wait = (forMs: number): void => {
    const dueAt = performance.now() + forMs;
    const ring = () => {
      if (performance.now() - dueAt < HELD_UP_MS) setImmediate(over);
      else wait(onceMore(ms));
    };
    hold(setTimeout(ring, forMs));
  };
  wait(ms);
};
