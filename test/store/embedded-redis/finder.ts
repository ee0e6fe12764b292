import { findRedis } from '../../../src/store/embedded-redis/find-redis.js';

/** Finds Redis with an empty PATH but for the system's tools, and tells every step. */
export const run = async ([cacheFolder = '']: string[]): Promise<void> => {
  const said: string[] = [];
  const redis = await findRedis({ env: process.env, cacheFolder, say: line => said.push(line) });
  process.stdout.write(`${JSON.stringify({ ...redis, said })}\n`);
};
