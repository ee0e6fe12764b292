import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { Report } from '../../src/domain/report.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/** What history costs in a real Redis, a target checked every five minutes: docs/performance.md states it. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const MINUTE = 60_000;

const START = Date.parse('2026-11-01T00:00:00.000Z');
const target = TargetId.parse('branch');

/** An outage of half an hour each day, and a login on each of two sites. */
const reportAt = (n: number): Report => {
  const at = new Date(START + n * 5 * MINUTE).toISOString();
  const isBroken = n % 288 > 100 && n % 288 < 107;
  const source = (site: string) => ({ by: 'probe', probe: 'imap-login', site, vantages: ['agent-side'] });
  const login = (site: string, tookMs: number) => ({
    is: 'seen',
    source: source(site),
    tookMs,
    cut: false,
    transcript: [],
    evidence: [
      {
        kind: 'imap-login',
        target,
        source: source(site),
        at,
        outcome: 'accepted',
        mechanism: 'PLAIN',
        status: 'OK',
        text: 'done',
        withheldFor: null,
        encrypted: true,
        tookMs,
      },
    ],
  });
  const says = { severity: 'critical', certainty: 'proven', says: 'closed', because: [], asks: [], remedies: [] };
  return Report.parse({
    schema: 1,
    run: RunId.parse(`sla-${String(n).padStart(22, '0')}`),
    target,
    startedAt: at,
    finishedAt: at,
    plan: { target, orders: [], uncovered: [], leftOut: [], legs: ['imap', 'smtp'] },
    verdicts: [
      isBroken
        ? { is: 'problem', rule: 'imap-port', findings: [{ rule: 'imap-port', ...says }] }
        : { is: 'healthy', rule: 'imap-port', says: 'open' },
    ],
    observations: isBroken ? [] : [login('hq', 150 + (n % 97)), login('branch', 220 + (n % 61) * 3)],
  });
};

it('costs a hundred bytes a look on the first days, then some kilobytes a day, then half of one', async () => {
  const prefix = redis.freshPrefix();
  const client = await redis.connect();
  const { history } = redisStore({ redis: client, prefix, say: () => {} }, { historyCount: 3 });
  const bytes = async (part: string) => Number(await client.call('MEMORY', 'USAGE', `${prefix}history:branch:${part}`));
  const put = async (from: number, to: number) => {
    for (let n = from; n < to; n++) await history.put(reportAt(n));
  };
  await put(0, 288);
  const whole = await bytes('rows');
  // One look a day from now on: what was the first day ages, and costs nothing more.
  const later = async (days: number) => {
    for (let day = 1; day <= days; day++) await history.put(reportAt(day * 288));
    const page = await client.hget(`${prefix}history:branch:rows`, '2026-11-01');
    return page?.length ?? 0;
  };
  const hourly = await later(4);
  const daily = await later(16);
  const looks = (await history.rows(target, '2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z')).reduce(
    (sum, row) => sum + row.looks,
    0,
  );
  console.info(
    `history: ${Math.round(whole / 288)} bytes a row; ${whole} bytes on its day, ${hourly} after 2 days, ${daily} after 14`,
  );
  expect(looks).toBe(288);
  expect(whole).toBeLessThan(40_000);
  expect(hourly).toBeLessThan(6_000);
  expect(daily).toBeLessThan(1_500);
});
