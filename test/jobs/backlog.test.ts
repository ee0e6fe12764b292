import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBacklogs } from '../../jobs/backlog.js';
import { makeSubmit } from '../../jobs/submit.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { SiteId } from '../../src/domain/ids.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { signingOf } from '../support/signing.js';
import { greets, planOf, to } from './rig.js';

/** What lies in a queue that nobody serves. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

it('counts what waits at a site, names since when, and fails at once where Redis is gone', async () => {
  const connection = await redis.connect();
  const { submit, close } = makeSubmit(connection, () => {}, signingOf('bot'));
  const backlogs = makeBacklogs(connection, () => {});
  const hq = SiteId.parse('hq');
  expect(await backlogs.ofSite(hq)).toEqual({ waiting: 0, underWay: 0, delayed: 0, oldestAt: null });

  const by = { platform: 'test', user: 'U', groups: [], channel: null };
  const wants = { do: 'check', targets: [], only: [], loginAnyway: false, deep: false, loop: false } as const;
  const lay = async (run: string) => {
    const plan = planOf(run, [greets()]);
    await submit({ run: plan.run, at: plan.at, by, to, wants: { ...wants, targets: [], only: [] } }, plan);
  };
  const began = Date.now();
  await lay('tes-first');
  const between = Date.now();
  await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(between);
  await lay('tes-second');
  const { waiting, underWay, oldestAt } = await backlogs.ofSite(hq);
  expect({ waiting, underWay }).toEqual({ waiting: 2, underWay: 0 });
  expect(Date.parse(oldestAt ?? '')).toBeGreaterThanOrEqual(began);
  expect(Date.parse(oldestAt ?? '')).toBeLessThanOrEqual(between);
  expect(await backlogs.ofQueue('deadline')).toMatchObject({ waiting: 0, delayed: 2 });

  await redis.crash();
  await expect(backlogs.ofSite(hq)).rejects.toThrow(StoreDownError);
  await Promise.all([backlogs.close(), close()]);
});
