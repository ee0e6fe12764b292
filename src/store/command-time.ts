import type { Redis } from 'ioredis';
import { timeLimit } from '../domain/time-limit.js';

/** What ioredis keeps of a command's time, most of it for itself: `_commandTimeoutTimer` is cleared when the command is settled. */
type Timed = {
  isSettled: boolean;
  reject: (error: Error) => unknown;
  setTimeout: (ms: number) => void;
  _commandTimeoutTimer?: NodeJS.Timeout;
};

/** Sees to it that what is called late is Redis, and not this machine. */
export const timeCommandsFairly = (redis: Redis): void => {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...where) => {
    timeFairly(command as unknown as Timed);
    return send(command, ...where);
  };
};

const timeFairly = (command: Timed): void => {
  command.setTimeout = ms => {
    if (command._commandTimeoutTimer) return;
    const over = () => {
      if (!command.isSettled) command.reject(new Error('Command timed out'));
    };
    timeLimit(ms, over, timer => {
      command._commandTimeoutTimer = timer;
    });
  };
};
