import type { z } from 'zod';
import { Quiet, QuietId, WindowMemory } from '../../domain/quiet.js';
import type { Quiets } from '../../intake/ports.js';
import { jsonAs } from './json-as.js';
import { reach, reachToChange, type Shelf } from './reach.js';

/** Two hashes by id: what keeps silent, and what was told of windows. Whoever keeps them drops what has ended. */
export const redisQuiets = ({ redis, prefix, say }: Shelf): Quiets => {
  const all = `${prefix}quiets:all`;
  const memory = `${prefix}quiets:memory`;
  return {
    put: async quiet => {
      await reachToChange('keeping a silence', () => redis.hset(all, quiet.id, JSON.stringify(quiet)));
    },
    drop: async id => {
      await reach('dropping a silence', () => redis.hdel(memory, id));
      return (await reachToChange('dropping a silence', () => redis.hdel(all, id))) > 0;
    },
    all: async () => {
      const kept = await reach('reading what is silenced', () => redis.hgetall(all));
      return Object.entries(kept).flatMap(([id, text]) => readable(text, Quiet, id) ?? []);
    },
    memory: async id => {
      const text = await reach('reading what was told of a window', () => redis.hget(memory, id));
      return text === null ? null : readable(text, WindowMemory, id);
    },
    remember: async (id, told) => {
      await reach('noting what was told of a window', () => redis.hset(memory, id, JSON.stringify(told)));
    },
    remembered: async () =>
      (await reach('reading what was told of windows', () => redis.hkeys(memory))).map(id => QuietId.parse(id)),
  };

  /** Silence that nobody can read silences nothing. */
  function readable<T>(text: string, schema: z.ZodType<T>, id: string): T | null {
    const read = jsonAs(schema, text);
    if (read === null) say(`what is kept of the silence ${id} could not be read and was left out`);
    return read;
  }
};
