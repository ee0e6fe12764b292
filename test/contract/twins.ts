import { memoryStore } from '../../src/store/memory/memory-store.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import type { Limits, Store } from '../../src/store/store.js';
import type { TestRedis } from '../support/redis.js';

/** What a store keeps, as two processes of ours see it. In memory there is only one process, so both are the same. */
export type Twin<Port> = { name: string; open: (limits?: Partial<Limits>) => Promise<[Port, Port]> };

export const twinsOf = <Port>(redis: () => TestRedis, portOf: (store: Store) => Port): Twin<Port>[] => [
  {
    name: 'in memory',
    open: async limits => {
      const port = portOf(memoryStore({ now: Date.now }, limits));
      return [port, port];
    },
  },
  {
    name: 'in Redis',
    open: async limits => {
      const prefix = redis().freshPrefix();
      const process = async () =>
        portOf(redisStore({ redis: await redis().connect('worker'), prefix, say: () => {} }, limits));
      return [await process(), await process()];
    },
  },
];
