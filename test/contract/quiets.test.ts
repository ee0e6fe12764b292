import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Quiet, QuietId } from '../../src/domain/quiet.js';
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
  ({ quiets }) => quiets,
);

const by = { platform: 'slack', user: 'U0OP', groups: ['S1'], channel: 'C1' };
const made = { because: 'the vendor «works» on it\u2026', at: '2026-11-21T08:00:00.000Z', by };
const mute = (more: object = {}) =>
  Quiet.parse({
    is: 'mute',
    id: 'mute-prod',
    ...made,
    target: 'prod',
    rule: 'imap-login',
    until: '2026-11-21T14:00:00.000Z',
    ...more,
  });
const window = Quiet.parse({
  is: 'maintenance',
  id: 'm-1',
  ...made,
  targets: ['prod'],
  times: { is: 'again', pattern: '0 22 * * 6', forMs: 14_400_000 },
  zone: 'Europe/Paris',
  to: { is: 'address', address: { platform: 'slack', handle: { channel: 'C1' } } },
});
const acceptance = Quiet.parse({
  is: 'acceptance',
  id: 'accept-1',
  ...made,
  target: 'prod',
  until: '2026-12-31T22:59:00.000Z',
  finding: { rule: 'smtp-port', severity: 'critical', certainty: 'proven', says: 'Closed.', about: 'Closed.' },
});
const memory = { schedule: '0 22 * * 6', since: 1_000, told: ['start 2000'] };

describe.each(twins)('silences $name', ({ open }) => {
  it('are kept, changed and dropped, for every process', async () => {
    const [a, b] = await open();
    for (const quiet of [mute(), window, acceptance]) await a.put(quiet);
    await b.put(mute({ until: '2026-11-22T14:00:00.000Z' }));
    const sorted = (await a.all()).sort((x, y) => (x.is < y.is ? -1 : 1));
    expect(sorted).toEqual([acceptance, window, mute({ until: '2026-11-22T14:00:00.000Z' })]);
    expect([await b.drop(window.id), await a.drop(window.id)]).toEqual([true, false]);
    expect((await a.all()).map(({ id }) => id).sort()).toEqual(['accept-1', 'mute-prod']);
  });

  it('remember what was told of windows, also of those that are kept elsewhere, until they are dropped', async () => {
    const [a, b] = await open();
    expect([await a.memory(window.id), await a.remembered()]).toEqual([null, []]);
    const configured = QuietId.parse('patches');
    await a.put(window);
    await a.remember(window.id, memory);
    await a.remember(configured, { ...memory, since: 2_000 });
    expect([await b.memory(window.id), await b.memory(configured)]).toEqual([memory, { ...memory, since: 2_000 }]);
    expect((await b.remembered()).sort()).toEqual(['m-1', 'patches']);
    await b.drop(window.id);
    expect(await b.drop(configured)).toBe(false);
    expect([await a.memory(window.id), await a.remembered()]).toEqual([null, []]);
  });
});

it('what cannot be read is left out, and said: it silences nothing', async () => {
  const prefix = redis.freshPrefix();
  const client = await redis.connect('worker');
  const lines: string[] = [];
  const { quiets } = redisStore({ redis: client, prefix, say: line => void lines.push(line) });
  await quiets.put(mute());
  await client.hset(`${prefix}quiets:all`, 'cut', '{"is":');
  await client.hset(`${prefix}quiets:all`, 'endless', JSON.stringify({ ...mute(), until: 'never' }));
  expect((await quiets.all()).map(({ id }) => id)).toEqual(['mute-prod']);
  expect(lines.sort()).toEqual([
    'what is kept of the silence cut could not be read and was left out',
    'what is kept of the silence endless could not be read and was left out',
  ]);
});
