import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreDownError, StoreSilentError } from '../../src/domain/errors.js';
import type { Request } from '../../src/domain/request.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { startRelay } from '../chaos/relay.js';
import { patientSubmit } from '../support/patient-submit.js';
import { socketOf } from '../support/redis.js';
import { greets, planOf, redis, to, usesRedis } from './rig.js';

usesRedis();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const submitOne = async (run: string, connection?: Redis): Promise<void> => {
  const { submit, close } = patientSubmit(connection ?? (await redis.connect()));
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
    const error = await submitted.catch(thrown => thrown);
    expect([error instanceof StoreDownError, error instanceof StoreSilentError]).toEqual([true, false]);
    await submitOne('run-unwritten');
    expect(await admin.exists('{uccx}:reply:run-unwritten')).toBe(1);
  });
});

describe('a network that breaks between us and Redis', () => {
  /** A connection of ours through a relay, which breaks when the check comes by. */
  const through = async () => {
    const relay = await startRelay({ path: socketOf(redis.running()) });
    const connection = connectRedis(`redis://127.0.0.1:${relay.port}`, { role: 'store', say: () => {} });
    closing.push(async () => {
      connection.disconnect();
      await relay.stop();
    });
    await untilReady(connection, 30_000);
    return { relay, connection };
  };
  const endsIt = (parcel: Buffer) => /\bexec\r\n$/i.test(parcel.toString('latin1'));

  it.each([
    ['after', 1],
    ['before', 0],
  ] as const)('right %s the check went through: nobody says that nothing was started', async (when, laid) => {
    const { relay, connection } = await through();
    relay.atParcel(1, when, () => {}, endsIt);
    await expect(submitOne('run-unheard', connection)).rejects.toThrow(StoreSilentError);
    const admin = await redis.connect();
    if (laid) await expect.poll(() => admin.exists('{uccx}:reply:run-unheard')).toBe(1);
    await submitOne('run-unheard');
    expect(await admin.zcard('{uccx}:deadline:delayed')).toBe(1); // laid once, however often it was
  });

  it('before: nothing was sent, and that is certain', async () => {
    const { relay, connection } = await through();
    relay.is('cuts');
    await expect.poll(() => connection.status).not.toBe('ready');
    const error = await submitOne('run-unsent', connection).catch(thrown => thrown);
    expect([error instanceof StoreDownError, error instanceof StoreSilentError]).toEqual([true, false]);
  });
});
