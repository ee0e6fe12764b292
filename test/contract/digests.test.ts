import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Digest } from '../../src/domain/digest.js';
import { TargetId } from '../../src/domain/ids.js';
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
  ({ digests }) => digests,
);

const digest = (id: string, more: object = {}) =>
  Digest.parse({
    id,
    when: { is: 'every', everyMs: 3_600_000 },
    zone: 'Europe/Paris',
    targets: ['prod'],
    onlyChanges: true,
    to: { is: 'address', address: { platform: 'slack', handle: { channel: 'C1' } } },
    by: { platform: 'slack', user: 'U1', groups: ['S1'], channel: 'C1' },
    ...more,
  });
const memory = { schedule: 'every 3600000 Europe/Paris', since: 1_000, laid: [2_000, 3_000] };
const told = {
  slot: '2026-11-21T08:00:00.000Z',
  at: '2026-11-21T08:00:05.000Z',
  entries: [{ target: TargetId.parse('prod'), state: 'healthy' as const, since: null, findings: [] }],
};

describe.each(twins)('digests $name', ({ open }) => {
  it('are kept, changed and dropped, for every process', async () => {
    const [a, b] = await open();
    const [first, second] = [digest('d-1'), digest('d-2')];
    await a.put(first);
    await a.put(second);
    await b.put(digest('d-2', { onlyChanges: false }));
    expect((await a.all()).sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([first, { ...second, onlyChanges: false }]);
    expect([await b.drop(first.id), await a.drop(first.id)]).toEqual([true, false]);
    expect((await a.all()).map(({ id }) => id)).toEqual(['d-2']);
  });

  it('remember when they came and what they said, until they are dropped', async () => {
    const [a, b] = await open();
    const { id } = digest('d-1');
    expect([await a.memory(id), await a.told(id)]).toEqual([null, null]);
    await a.put(digest('d-1'));
    await a.remember(id, memory);
    await a.tell(id, told);
    expect([await b.memory(id), await b.told(id)]).toEqual([memory, told]);
    await b.drop(id);
    expect([await a.memory(id), await a.told(id)]).toEqual([null, null]);
  });
});

it('what cannot be read is left out, and said', async () => {
  const prefix = redis.freshPrefix();
  const client = await redis.connect('worker');
  const lines: string[] = [];
  const { digests } = redisStore({ redis: client, prefix, say: line => void lines.push(line) });
  await digests.put(digest('d-1'));
  await client.hset(`${prefix}digests:all`, 'd-2', '{"id":');
  expect((await digests.all()).map(({ id }) => id)).toEqual(['d-1']);
  expect(lines).toEqual(['what is kept of the digest d-2 could not be read and was left out']);
});
