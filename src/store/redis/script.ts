import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

type Argument = string | number;
export type Script = (redis: Redis, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;

/** A Lua script, which Redis runs as one step. Sent by its hash; in full only where Redis does not know it, as after a restart. */
export const script = (lua: string): Script => {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, args) => {
    const rest = [...keys, ...args.map(String)];
    try {
      return await redis.evalsha(sha, keys.length, ...rest);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(lua, keys.length, ...rest);
    }
  };
};
