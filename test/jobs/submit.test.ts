import { afterEach, describe, expect, it } from 'vitest';
import { makeSubmit } from '../../jobs/submit.js';
import { StoreDownError } from '../../src/domain/errors.js';
import type { Request } from '../../src/domain/request.js';
import { signingOf } from '../support/signing.js';
import { greets, planOf, redis, to, usesRedis } from './rig.js';

usesRedis();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const submitOne = async (run: string): Promise<void> => {
  const { submit, close } = makeSubmit(await redis.connect(), () => {}, signingOf('bot'));
  closing.push(close);
  const plan = planOf(run, [greets()]);
  await submit({ run: plan.run, to } as Request, plan);
};

describe('a Redis that answers and takes no writes', () => {
  // As with a full disk (MISCONF) or full memory (OOM), every write of a script is refused.
  it('is not taken for one that took the check', async () => {
    const admin = await redis.connect();
    await admin.config('SET', 'min-replicas-to-write', '1');
    const submitted = submitOne('run-unwritten');
    await submitted.catch(() => {});
    await admin.config('SET', 'min-replicas-to-write', '0');
    await expect(submitted).rejects.toThrow(StoreDownError);
    await submitOne('run-unwritten');
    expect(await admin.exists('{uccx}:reply:run-unwritten')).toBe(1);
  });
});
