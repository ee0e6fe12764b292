import type { z } from 'zod';
import { Board } from '../../domain/incident.js';
import { Watch, WatchMemory } from '../../domain/watching.js';
import type { Watches } from '../../intake/ports.js';
import { jsonAs } from './json-as.js';
import { reach, reachToChange, type Shelf } from './reach.js';
import { script } from './script.js';

/** What is kept begins with its version and a blank. `ARGV[3]` is the version of who writes; an empty value takes it away. */
const SWAP = script(`
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local version = kept and tonumber(string.match(kept, '^%d+')) or 0
if version + 1 ~= tonumber(ARGV[3]) then return 0 end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[2]) end
return 1`);

type Part = 'all' | 'memory' | 'boards';

/** Three hashes: watches and what they remember by id, boards by place. Watches are kept until they are turned off. */
export const redisWatches = ({ redis, prefix, say }: Shelf): Watches => {
  const key = (part: Part) => `${prefix}watches:${part}`;
  const swap = async (what: string, part: Part, field: string, version: number, text: string): Promise<boolean> =>
    (await reach(what, () => SWAP(redis, [key(part)], [field, text, version]))) === 1;
  return {
    put: async watch => {
      await reachToChange('keeping a watch', () => redis.hset(key('all'), watch.id, JSON.stringify(watch)));
    },
    drop: async id => {
      await reach('dropping a watch', () => redis.hdel(key('memory'), id));
      return (await reachToChange('dropping a watch', () => redis.hdel(key('all'), id))) > 0;
    },
    all: async () => {
      const kept = await reach('reading the watches', () => redis.hgetall(key('all')));
      return Object.entries(kept).flatMap(([id, text]) => readable(`the watch ${id}`, text, Watch) ?? []);
    },
    memory: async id => {
      const text = await reach('reading what a watch remembers', () => redis.hget(key('memory'), id));
      if (text === null) return null;
      const memory = readable(`what the watch ${id} remembers`, text, WatchMemory);
      return memory ?? { version: versionOf(text), targets: {} };
    },
    remember: (id, memory) => swap('noting what a watch saw', 'memory', id, memory.version, JSON.stringify(memory)),
    board: async place => {
      const text = await reach('reading the incidents of a place', () => redis.hget(key('boards'), place));
      if (text === null) return { place, version: 0, incidents: [] };
      return readable(`the incidents of ${place}`, text, Board) ?? { place, version: versionOf(text), incidents: [] };
    },
    boards: async () => {
      const kept = await reach('reading the incidents', () => redis.hgetall(key('boards')));
      return Object.entries(kept).flatMap(([place, text]) => readable(`the incidents of ${place}`, text, Board) ?? []);
    },
    pin: board =>
      swap(
        'noting an incident',
        'boards',
        board.place,
        board.version,
        board.incidents.length > 0 ? JSON.stringify(board) : '',
      ),
  };

  function readable<T>(what: string, text: string, schema: z.ZodType<T>): T | null {
    const read = jsonAs(schema, text.replace(/^\d+ /, ''));
    if (read === null) say(`${what} could not be read and was left out`);
    return read;
  }
};

/** Also of what cannot be read: who writes next takes its place. */
const versionOf = (text: string): number => Number(/^\d+/.exec(text)?.[0] ?? 0);
