import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import type { Consent } from '../../src/intake/ports.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { twinsOf } from './twins.js';

/** What a deep check needs of a store, as two processes of ours see it: a consent that counts once, and a stop that is heard. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  store => store,
);

const run = (n: number) => RunId.parse(`run-${String(n).padStart(4, '0')}`);
const prod = TargetId.parse('prod');
const branch = TargetId.parse('branch');
const soon = { interval: 10 };
const consent = (most = 20): Consent => ({
  target: prod,
  offer: {
    account: 'shared',
    user: 'CONTOSO\\uccx',
    most,
    intervalMs: 250,
    budgetMs: 35_000,
    limit: { sessions: 40, readOn: '2026-11-20' },
    keepFree: 2,
    heldAtWork: 24,
  },
  wants: { do: 'check', targets: [prod], only: [], loginAnyway: false, deep: true, loop: false },
});

describe.each(twins)('consents $name', ({ open }) => {
  it('are given once, whole, however many take them at once', async () => {
    const [a, b] = await open();
    await a.consents.put(run(1), consent());
    const taken = await Promise.all([a, b, a, b].map(({ consents }) => consents.take(prod, run(1))));
    expect(taken.filter(each => each !== null)).toEqual([consent()]);
    expect(await b.consents.take(prod, run(1))).toBeNull();
  });

  it('are for one target and one card', async () => {
    const [a, b] = await open();
    await a.consents.put(run(1), consent());
    expect(await b.consents.take(branch, run(1))).toBeNull();
    expect(await b.consents.take(prod, run(2))).toBeNull();
    expect(await b.consents.take(prod, run(1))).toEqual(consent());
  });

  it('end by themselves', async () => {
    const [a, b] = await open({ consentMs: 40 });
    await a.consents.put(run(1), consent());
    await a.consents.put(run(2), { ...consent(), target: branch });
    // Taking one would end it; when this claim of the same age is gone, so is the consent.
    await a.claims.take(branch, { run: run(9), since: '2026-11-21T08:00:00.000Z', link: null }, 60);
    await expect.poll(() => b.claims.holder(branch), soon).toBeNull();
    expect(await b.consents.take(prod, run(1))).toBeNull();
  });
});

describe('a consent of a version that we do not know', () => {
  it('counts as not agreed to, and is told to the log', async () => {
    const prefix = redis.freshPrefix();
    const said: string[] = [];
    const connection = await redis.connect('worker');
    const { consents } = redisStore({ redis: connection, prefix, say: line => said.push(line) });
    await connection.set(`${prefix}consent:prod:${run(1)}`, '{"offer":{"most":99999}}');
    expect(await consents.take(prod, run(1))).toBeNull();
    expect(said).toEqual(['what was shown for prod could not be read and counts as not agreed to']);
  });
});

describe.each(twins)('holders of claims $name', ({ open }) => {
  it('are told, and null where nobody holds it', async () => {
    const [a, b] = await open();
    expect(await b.claims.holder(prod)).toBeNull();
    const holder = { run: run(1), since: '2026-11-21T08:00:00.000Z', link: null };
    await a.claims.take(prod, holder, 60_000);
    expect(await b.claims.holder(prod)).toEqual(holder);
    await a.claims.locate(prod, run(1), 'https://chat.example.org/1');
    expect(await b.claims.holder(prod)).toEqual({ ...holder, link: 'https://chat.example.org/1' });
    await a.claims.release(prod, run(1));
    expect(await b.claims.holder(prod)).toBeNull();
  });
});

describe.each(twins)('stops $name', ({ open }) => {
  it('are heard by whoever watches that run, once, and by nobody else', async () => {
    const [a, b] = await open();
    const heard: string[] = [];
    const ends = [1, 2].map(n => b.stops.watch(run(n), says => heard.push(`${n} ${says}`)));
    await a.stops.press(run(1));
    await a.stops.press(run(1));
    await expect.poll(() => heard, soon).toEqual(['1 somebody pressed «stop»']);
    for (const end of ends) end();
  });

  it('are heard too when they were pressed before anybody watched', async () => {
    const [a, b] = await open();
    await a.stops.press(run(1));
    await new Promise<void>(resolve => {
      const end = b.stops.watch(run(1), () => {
        resolve();
        end();
      });
    });
  });

  it('are not heard by who has ended watching', async () => {
    const [a, b] = await open({ stopPollMs: 10 });
    const heard: string[] = [];
    b.stops.watch(run(1), () => heard.push('ended'))();
    const end = b.stops.watch(run(1), () => heard.push('watching'));
    await a.stops.press(run(1));
    await expect.poll(() => heard, soon).toEqual(['watching']);
    end();
  });
});

describe('where Redis goes away', () => {
  it('what nobody could stop any more is told to stop', async () => {
    const own = await redisForTests();
    const { stops } = redisStore({ redis: await own.connect(), say: () => {} }, { stopPollMs: 20, unheardMs: 200 });
    const heard = new Promise<string>(resolve => stops.watch(run(1), resolve));
    await own.crash();
    expect(await heard).toBe('Redis was away, so nobody could have stopped it');
    await own.stop();
  });
});
