import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesSince } from '../../src/audit/entries.js';
import { type Keep, makeTrail } from '../../src/audit/trail.js';
import { verifyLog } from '../../src/audit/verify-source.js';
import type { AuditRecord } from '../../src/domain/audit.js';
import type { AuditLog } from '../../src/intake/ports.js';
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
  ({ auditLog }) => auditLog,
);

const DAY = 86_400_000;
const START = Date.parse('2026-11-21T08:00:00.000Z');
const began = (version: string): AuditRecord => ({ is: 'bot', did: 'began', version, machine: 'bot-1' });
const trailOf = (log: AuditLog, keep: Partial<Keep> = {}) => {
  const clock = { at: START, now: () => clock.at };
  return { clock, ...makeTrail({ log, clock, key: null, keep: { ms: 90 * DAY, count: 1000, ...keep } }) };
};
const versions = async (log: AuditLog) =>
  (await entriesSince(log, 0, 10_000)).entries.map(entry => (entry.is === 'bot' ? entry.version : entry.is)).reverse();

describe.each(twins)('the audit $name', ({ open }) => {
  it('is one chain, whoever writes at once, each in their own order', async () => {
    const [a, b] = await open();
    const [one, two] = [trailOf(a), trailOf(b)];
    const numbers = Array.from({ length: 120 }, (_, n) => String(n).padStart(3, '0'));
    await Promise.all(numbers.flatMap(n => [one.note(began(`a${n}`)), two.note(began(`b${n}`))]));
    const kept = await versions(b);
    expect(kept).toHaveLength(240);
    expect(kept.filter(each => each.startsWith('a'))).toEqual(numbers.map(n => `a${n}`));
    expect(kept.filter(each => each.startsWith('b'))).toEqual(numbers.map(n => `b${n}`));
    expect(await verifyLog(a, { keys: [] })).toMatchObject({ is: 'whole', entries: 240, to: { seq: 240 } });
  });

  it('lets the oldest go by number, says so, and is whole without them', async () => {
    const [log] = await open();
    const trail = trailOf(log, { count: 100 });
    for (let n = 1; n <= 130; n++) await trail.note(began(String(n)));
    const found = await verifyLog(log, { keys: [] });
    expect(found).toMatchObject({ is: 'whole', start: { is: 'let-go' } });
    expect(found.entries).toBeGreaterThanOrEqual(100);
    expect(found.entries).toBeLessThanOrEqual(107);
    expect(await versions(log)).toContain('130');
    expect(await versions(log)).not.toContain('1');
  });

  it('lets the oldest go by age, and nothing younger', async () => {
    const [log] = await open();
    const trail = trailOf(log, { ms: 30 * DAY });
    for (let day = 0; day < 50; day++) {
      trail.clock.at = START + day * DAY;
      await trail.note(began(`day ${day}`));
    }
    const kept = await versions(log);
    expect(kept).toContain('day 20'); // thirty days before the last
    expect(kept).not.toContain('day 16');
    expect(await verifyLog(log, { keys: [] })).toMatchObject({ is: 'whole', start: { is: 'let-go' } });
  });

  it('gives the newest first, back to a time, of one kind, and says where there are more', async () => {
    const [log] = await open();
    const trail = trailOf(log);
    for (const hour of [0, 1, 2, 3]) {
      trail.clock.at = START + (hour * DAY) / 24;
      await trail.note(began(`${hour}`));
    }
    const since = async (...given: Parameters<typeof trail.since>) => {
      const { entries, more } = await trail.since(...given);
      return [entries.flatMap(entry => (entry.is === 'bot' ? [entry.version] : [])), more];
    };
    expect(await since(START + DAY / 24, 10)).toEqual([['3', '2', '1'], false]);
    expect(await since(0, 2)).toEqual([['3', '2'], true]);
    expect(await since(0, 10, 'read')).toEqual([[], false]);
  });
});

describe('in Redis', () => {
  const opened = async (count: number, role: 'store' | 'worker' = 'worker') => {
    const prefix = redis.freshPrefix();
    const connection = await redis.connect(role);
    const { auditLog } = redisStore({ redis: connection, prefix, say: () => {} });
    const trail = trailOf(auditLog);
    for (let n = 1; n <= count; n++) await trail.note(began(String(n)));
    return { connection, auditLog, trail, log: `${prefix}audit:log`, head: `${prefix}audit:head` };
  };

  it('somebody who takes entries away or changes them is seen', async () => {
    const faultAfter = async (tamper: (given: Awaited<ReturnType<typeof opened>>) => Promise<unknown>) => {
      const given = await opened(10);
      await tamper(given);
      return (await verifyLog(given.auditLog, { keys: [] })).fault?.says;
    };
    expect(await faultAfter(async () => {})).toBeUndefined();
    expect(await faultAfter(({ connection, log }) => connection.xdel(log, '4-0'))).toBe('entry 4 is missing');
    expect(await faultAfter(({ connection, log }) => connection.xdel(log, '10-0'))).toBe(
      'entry 10 is missing at the end',
    );
    expect(await faultAfter(({ connection, log }) => connection.xtrim(log, 'MINID', '4-0'))).toBe(
      'entries 1 to 3 are missing at the start, and no entry says that they were let go',
    );
    expect(await faultAfter(({ connection, log }) => connection.del(log))).toBe(
      'entries 1 to 10 are missing at the end',
    );
  });

  it('goes on where its end was taken away or its head is lost, and what was done stays to be seen', async () => {
    const cut = await opened(10);
    await cut.connection.xdel(cut.log, '9-0', '10-0');
    await trailOf(cut.auditLog).note(began('after'));
    expect((await verifyLog(cut.auditLog, { keys: [] })).fault?.says).toBe('entries 9 to 10 are missing');
    const headless = await opened(10);
    await headless.connection.del(headless.head);
    await trailOf(headless.auditLog).note(began('after'));
    expect(await verifyLog(headless.auditLog, { keys: [] })).toMatchObject({ is: 'whole', entries: 11 });
  });

  it('is there, and whole, after Redis was killed', async () => {
    const { auditLog, trail } = await opened(20, 'store');
    await redis.crash();
    await redis.restart();
    await expect
      .poll(() =>
        trail.note(began('after')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const found = await verifyLog(auditLog, { keys: [] });
    expect(found.is).toBe('whole'); // the append-only file may lack the last second, and then lacks whole steps
    expect((await versions(auditLog)).at(-1)).toBe('after');
  });
});
