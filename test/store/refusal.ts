import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { reasonOf, untilReady } from '../../src/store/connect.js';

/** What `untilReady` throws of a Redis that refuses us: its time is up right after that word, and not before, however slow the machine is. */
export const refusalOf = async (redis: Redis, word: RegExp): Promise<Error> => {
  let timeIsUp = () => {};
  const timer = vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce(end => {
    timeIsUp = end;
    return undefined as never;
  });
  const waiting = untilReady(redis, 1_000).then(
    () => new Error('it was not refused'),
    (error: Error) => error,
  );
  timer.mockRestore();
  redis.on('error', error => word.test(reasonOf(error)) && timeIsUp());
  return waiting;
};
