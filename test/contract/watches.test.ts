import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import type { Incident } from '../../src/domain/incident.js';
import { UNWATCHED } from '../../src/domain/watch.js';
import { Watch } from '../../src/domain/watching.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { twinsOf } from './twins.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  ({ watches }) => watches,
);

const watch = (id: string, more: object = {}) =>
  Watch.parse({
    id,
    everyMs: 300_000,
    zone: 'Europe/Paris',
    targets: ['prod'],
    patience: {},
    to: { is: 'address', address: { platform: 'slack', handle: { channel: 'C1' } } },
    by: { platform: 'slack', user: 'U1', groups: ['S1'], channel: 'C1' },
    ...more,
  });
const memory = (version: number) => ({
  version,
  targets: { prod: { state: { ...UNWATCHED, lastAt: `2026-11-21T08:0${version}:00.000Z` }, login: null, lastBad: [] } },
});
const incident: Incident = {
  id: RunId.parse('wat-incident'),
  to: watch('w-1').to,
  zone: 'UTC',
  cases: [
    {
      watch: watch('w-1').id,
      target: TargetId.parse('prod'),
      is: 'broken',
      was: 'broken',
      since: '2026-11-21T08:00:00.000Z',
      until: null,
      servers: ['ex01'],
      dead: [],
      findings: [],
      why: null,
    },
  ],
  story: [],
  revision: 1,
  told: { revision: 0, shown: 0, lines: 0, message: null, by: null },
};
const board = (place: string, version: number, incidents = [incident]) => ({ place, version, incidents });

describe.each(twins)('watches $name', ({ open }) => {
  it('are kept, changed and dropped with what they remember, for every process', async () => {
    const [a, b] = await open();
    const [first, second] = [watch('w-1'), watch('w-2')];
    await a.put(first);
    await a.put(second);
    await b.put(watch('w-2', { everyMs: 60_000 }));
    expect((await a.all()).sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([first, { ...second, everyMs: 60_000 }]);
    expect(await b.remember(first.id, memory(1))).toBe(true);
    expect(await a.memory(first.id)).toEqual(memory(1));
    expect([await b.drop(first.id), await a.drop(first.id)]).toEqual([true, false]);
    expect(await a.memory(first.id)).toBeNull();
    expect((await a.all()).map(({ id }) => id)).toEqual(['w-2']);
  });

  it('are written by one of two who read the same', async () => {
    const [a, b] = await open();
    const { id } = watch('w-1');
    const written = await Promise.all([a, b, a, b].map(each => each.remember(id, memory(1))));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect([await a.remember(id, memory(1)), await b.remember(id, memory(3))]).toEqual([false, false]);
    expect(await b.remember(id, memory(2))).toBe(true);
    expect(await a.memory(id)).toEqual(memory(2));
  });

  it('pin incidents on the board of a place, one writer at a time', async () => {
    const [a, b] = await open();
    expect(await a.board('slack C1')).toEqual(board('slack C1', 0, []));
    const pinned = await Promise.all([a, b].map(each => each.pin(board('slack C1', 1))));
    expect(pinned.filter(Boolean)).toHaveLength(1);
    expect(await b.pin(board('teams 19:x@thread.tacv2', 1))).toBe(true);
    expect(await b.board('slack C1')).toEqual(board('slack C1', 1));
    expect((await a.boards()).map(({ place }) => place).sort()).toEqual(['slack C1', 'teams 19:x@thread.tacv2']);
  });

  it('take down a board on which nothing stands, and who has read it before writes nothing back', async () => {
    const [a, b] = await open();
    await a.pin(board('slack C1', 1));
    await a.pin(board('slack C1', 2, []));
    expect([await b.boards(), await b.board('slack C1')]).toEqual([[], board('slack C1', 0, [])]);
    expect(await b.pin(board('slack C1', 2))).toBe(false);
    expect(await b.pin(board('slack C1', 1))).toBe(true);
  });
});

it('what cannot be read is left out, and said, and the next look takes its place', async () => {
  const prefix = redis.freshPrefix();
  const client = await redis.connect('worker');
  const lines: string[] = [];
  const { watches } = redisStore({ redis: client, prefix, say: line => void lines.push(line) });
  const { id } = watch('w-1');
  await client.hset(`${prefix}watches:all`, 'w-2', '{"id":');
  await client.hset(`${prefix}watches:memory`, id, '7 {"version":');
  expect(await watches.all()).toEqual([]);
  expect(await watches.memory(id)).toEqual({ version: 7, targets: {} });
  expect(await watches.remember(id, { version: 8, targets: {} })).toBe(true);
  expect(lines).toEqual([
    'the watch w-2 could not be read and was left out',
    'what the watch w-1 remembers could not be read and was left out',
  ]);
});
