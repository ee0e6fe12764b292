import type { Redis } from 'ioredis';

/** What ioredis keeps of a command's time, most of it for itself: `_commandTimeoutTimer` is cleared when the command is settled. */
type Timed = {
  isSettled: boolean;
  reject: (error: Error) => unknown;
  setTimeout: (ms: number) => void;
  _commandTimeoutTimer?: NodeJS.Timeout;
};

/** A timer that rings so much later than it should was held up by this machine. */
const HELD_UP_MS = 250;

/**
 * Sees to it that what is called late is Redis. A process that had no processor for a while, or whose machine stood still (as virtual ones do
 * while they are copied or moved), has its timers ring before what came meanwhile is read. So that is read first, and where the timer
 * of a command rang much too late, the command has its time once more.
 */
export const timeCommandsFairly = (redis: Redis): void => {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...where) => {
    timeFairly(command as unknown as Timed);
    return send(command, ...where);
  };
};

const timeFairly = (command: Timed): void => {
  command.setTimeout = ms => {
    if (!command._commandTimeoutTimer) wait(ms);
  };
  const wait = (ms: number): void => {
    const dueAt = performance.now() + ms;
    command._commandTimeoutTimer = setTimeout(() => {
      if (performance.now() - dueAt >= HELD_UP_MS) return wait(ms);
      setImmediate(() => {
        if (!command.isSettled) command.reject(new Error('Command timed out'));
      });
    }, ms);
  };
};
