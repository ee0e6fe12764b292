/** A timer that rings so much later than it should was held up by this machine. */
export const HELD_UP_MS = 250;

/**
 * Rings where somebody else was too slow. A process that had no processor for a while, or whose machine stood still (as virtual ones do while
 * they are copied or moved), has its timers ring before what came meanwhile is read. So that is read first, and where the timer rang
 * much too late, whoever is waited for has the time once more.
 * @param over may still be called right after `clearTimeout`
 */
export const timeLimit = (ms: number, over: () => void): NodeJS.Timeout => {
  let dueAt = performance.now() + ms;
  const timer = setTimeout(() => {
    const now = performance.now();
    if (now - dueAt < HELD_UP_MS) return void setImmediate(over);
    dueAt = now + ms;
    timer.refresh();
  }, ms);
  return timer;
};
