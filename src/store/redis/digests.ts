import type { z } from 'zod';
import { Digest, DigestMemory, DigestTold } from '../../domain/digest.js';
import type { Digests } from '../../intake/ports.js';
import { jsonAs } from './json-as.js';
import { reach, reachToChange, type Shelf } from './reach.js';

/** Three hashes by id: the digest, when it came, and what it said last. Kept until it is turned off. */
export const redisDigests = ({ redis, prefix, say }: Shelf): Digests => {
  const key = (part: 'all' | 'memory' | 'told') => `${prefix}digests:${part}`;
  const put = async (what: string, part: 'all' | 'memory' | 'told', id: string, value: unknown): Promise<void> => {
    await reachToChange(what, () => redis.hset(key(part), id, JSON.stringify(value)));
  };
  const get = async <T>(what: string, part: 'memory' | 'told', id: string, schema: z.ZodType<T>): Promise<T | null> => {
    const text = await reach(what, () => redis.hget(key(part), id));
    return text === null ? null : readable(text, schema, id);
  };
  return {
    put: digest => put('keeping a digest', 'all', digest.id, digest),
    drop: async id => {
      await reach('dropping a digest', () => redis.hdel(key('memory'), id));
      await reach('dropping a digest', () => redis.hdel(key('told'), id));
      return (await reachToChange('dropping a digest', () => redis.hdel(key('all'), id))) > 0;
    },
    all: async () => {
      const kept = await reach('reading the digests', () => redis.hgetall(key('all')));
      return Object.entries(kept).flatMap(([id, text]) => readable(text, Digest, id) ?? []);
    },
    memory: id => get('reading when a digest came', 'memory', id, DigestMemory),
    remember: (id, memory) => put('noting when a digest came', 'memory', id, memory),
    told: id => get('reading what a digest said', 'told', id, DigestTold),
    tell: (id, told) => put('noting what a digest said', 'told', id, told),
  };

  function readable<T>(text: string, schema: z.ZodType<T>, id: string): T | null {
    const read = jsonAs(schema, text);
    if (read === null) say(`what is kept of the digest ${id} could not be read and was left out`);
    return read;
  }
};
