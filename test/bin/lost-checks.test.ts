import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lostChecks } from '../../src/bin/lost-checks.js';
import { RunId } from '../../src/domain/ids.js';
import type { ReplyAddress, Request } from '../../src/domain/request.js';
import { type Messenger, MessengerBusyError } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { greets, planOf } from '../jobs/rig.js';
import { patientSubmit } from '../support/patient-submit.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis?.stop());

/** Checks that were laid, and who is told of them; `before` is what a platform does before it takes a message. */
const rig = async (before: (at: ReplyAddress) => Promise<void> | void = () => {}) => {
  const connection = await redis.connect();
  const { pens } = memoryStore({ now: Date.now });
  const told: unknown[] = [];
  const messenger = {
    edit: async (at: ReplyAddress, { headline }: { headline: string }) => {
      await before(at);
      told.push([at.handle, headline]);
      return at;
    },
  } as unknown as Messenger;
  const warned: string[] = [];
  const log = { info: () => {}, warn: (_: object, says: string) => void warned.push(says), error: () => {} };
  const { submit, close } = patientSubmit(connection);
  const lost = lostChecks({
    submit,
    connection,
    pens,
    messenger: () => messenger,
    clock: { now: Date.now },
    log,
    onError: () => {},
  });
  const placeOf = (run: string): ReplyAddress => ({ platform: 'slack', handle: `message of ${run}` });
  const ask = async (run: string) => {
    const plan = planOf(run, [greets()]);
    await lost.submit({ run: plan.run, to: placeOf(run) } as Request, plan);
  };
  const answer = (run: string) =>
    lost.telling('slack', RunId.parse(run)).edit(placeOf(run), { headline: 'the answer' } as View);
  const admin = await redis.connect();
  const lose = async (runs: RegExp) => {
    const gone = (await admin.keys('*')).filter(key => runs.test(key));
    expect(gone.length).toBeGreaterThan(0);
    await admin.del(...gone);
    await admin.client('KILL', 'ID', String(await connection.client('ID')));
  };
  const stop = async () => {
    await lost.close();
    await close();
  };
  return { connection, pens, told, ask, answer, lose, stop };
};

it('whoever asked is told of a check that Redis has lost, and of no other', async () => {
  let busy = 1;
  const { connection, pens, told, ask, lose, stop } = await rig(() => {
    if (busy-- > 0) throw new MessengerBusyError('not now', null);
  });
  try {
    for (const run of ['run-there', 'run-lost', 'run-told']) await ask(run);
    await pens.seal(RunId.parse('run-told'));
    await lose(/run-(?:lost|told)/);
    await expect.poll(() => told).toEqual([['message of run-lost', expect.stringMatching(/has lost this check/)]]);
    // Said once, however often Redis comes back.
    await expect.poll(() => connection.status).toBe('ready');
    await lose(/run-there/);
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]).toEqual(['message of run-there', expect.anything()]);
  } finally {
    await stop();
  }
});

it('also where Redis is lost once more while somebody is told', async () => {
  const gate = { open: () => {}, reached: () => {} };
  const opened = new Promise<void>(open => (gate.open = open));
  const telling = new Promise<void>(reached => (gate.reached = reached));
  const { connection, told, ask, lose, stop } = await rig(() => {
    gate.reached();
    return opened;
  });
  try {
    for (const run of ['run-first', 'run-second']) await ask(run);
    await lose(/run-second/);
    await telling;
    const back = once(connection, 'ready');
    await lose(/run-first/);
    await back;
    gate.open();
    await expect
      .poll(() => told)
      .toEqual([
        ['message of run-second', expect.anything()],
        ['message of run-first', expect.anything()],
      ]);
  } finally {
    await stop();
  }
});

it('also where somebody else cannot be told', async () => {
  const { told, ask, lose, stop } = await rig(({ handle }) => {
    if (handle === 'message of run-gone') throw new Error('somebody has deleted that message');
  });
  try {
    for (const run of ['run-gone', 'run-lost']) await ask(run);
    await lose(/run-(?:gone|lost)/);
    await expect.poll(() => told).toEqual([['message of run-lost', expect.stringMatching(/has lost this check/)]]);
  } finally {
    await stop();
  }
});

it('and nobody whose answer stands, also where Redis has lost that it does', async () => {
  const { told, ask, answer, lose, stop } = await rig();
  try {
    for (const run of ['run-told', 'run-lost']) await ask(run);
    await answer('run-told');
    await lose(/run-(?:told|lost)/);
    await expect
      .poll(() => told)
      .toEqual([
        ['message of run-told', 'the answer'],
        ['message of run-lost', expect.stringMatching(/has lost this check/)],
      ]);
  } finally {
    await stop();
  }
});
