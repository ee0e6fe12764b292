import { setTimeout as wait } from 'node:timers/promises';
import { startRedis } from '../../../src/store/embedded-redis/start-redis.js';

/** Starts Redis, tells its pid, and ends in the manner asked for: `stay`, `return`, or `exit`. */
export const run = async ([program = '', libraryPath = '', folder = '', manner = '']: string[]): Promise<void> => {
  const redis = await startRedis({
    program: { program, libraryPath: libraryPath || null },
    folder,
    say: () => {},
  });
  process.stdout.write(`${JSON.stringify({ pid: redis.pid, url: redis.url })}\n`);
  if (manner === 'exit') process.exit(0);
  if (manner === 'stay') await wait(600_000);
};
