import { Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBacklogs } from '../../jobs/backlog.js';
import { diagnoseTrees } from '../../jobs/flow.js';
import { PREFIX } from '../../jobs/queues.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { SiteId } from '../../src/domain/ids.js';
import { patientSubmit } from '../support/patient-submit.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { greets, planOf, to } from './rig.js';

/** What lies in a queue that nobody serves. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

it('counts what waits at a site, names since when, and fails at once where Redis is gone', async () => {
  const connection = await redis.connect();
  const { submit, lay: layTrees, close } = patientSubmit(connection);
  const backlogs = makeBacklogs(connection, () => {});
  const hq = SiteId.parse('hq');
  expect(await backlogs.ofSite(hq)).toEqual({
    waiting: 0,
    unasked: 0,
    underWay: 0,
    delayed: 0,
    oldestAt: null,
  });

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

  // What nobody asked for waits behind what somebody asked for later, and is counted apart.
  const { children, deadlines } = diagnoseTrees(planOf('dig-morning', [greets()]), { unasked: true });
  await layTrees([...children, ...deadlines]);
  await lay('tes-third');
  expect(await backlogs.ofSite(hq)).toMatchObject({ waiting: 4, unasked: 1, oldestAt });
  const taken: string[] = [];
  const worker = new Worker('probe-hq', async job => void taken.push(`${job.id}`.split('.')[0] ?? ''), {
    connection: await redis.connect('worker'),
    prefix: PREFIX,
    concurrency: 1,
  });
  await expect.poll(() => taken.length, { timeout: 45_000 }).toBe(4);
  expect(taken).toEqual(['tes-first', 'tes-second', 'tes-third', 'dig-morning']);
  await worker.close();

  await redis.crash();
  await expect(backlogs.ofSite(hq)).rejects.toThrow(StoreDownError);
  await Promise.all([backlogs.close(), close()]);
});
