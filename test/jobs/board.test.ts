import { request } from 'node:http';
import { type Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBoard } from '../../jobs/board.js';
import { openQueue, PREFIX } from '../../jobs/queues.js';
import { boardListener } from '../../src/metrics/board.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/** What somebody on this machine sees of the queues, and what they cannot do. */
let redis: TestRedis;
let queue: Queue;
let board: ReturnType<typeof makeBoard>;
let listener: ReturnType<typeof boardListener>;
let port: number;
const CANARY = 'canary-in-a-job';
const HOSTILE = 'run-<script>alert(1)</script>';

beforeAll(async () => {
  redis = await redisForTests();
  const connection = await redis.connect();
  queue = openQueue('probe-hq', connection, () => {});
  const add = (jobId: string, fails = false) =>
    queue.add('probe', { fails, password: CANARY }, { jobId, attempts: 1, removeOnComplete: false });
  await add('sla-1.prod.imap-login.hq');
  await add('sla-2.prod.imap-login.hq', true);
  const worker = new Worker(
    'probe-hq',
    async ({ data }) => {
      if (data.fails) throw new Error(CANARY);
      return { transcript: CANARY };
    },
    { connection: await redis.connect('worker'), prefix: PREFIX },
  );
  await new Promise<void>(done => {
    let ended = 0;
    const count = () => void (++ended === 2 && done());
    worker.on('completed', count).on('failed', count);
  });
  await worker.close();
  await add(HOSTILE);
  await queue.add('probe', { password: CANARY }, { jobId: 'sla-4', delay: 3_600_000 });
  board = makeBoard(await redis.connect(), ['probe-hq', 'reply'], () => {});
  listener = boardListener({ port: 0, look: board.look, now: Date.now, onError: () => {} });
  ({ port } = await listener.start());
});
afterAll(async () => {
  await listener?.stop();
  await board?.close();
  await queue?.close();
  await redis?.stop();
});

const ask = (
  path: string,
  { method = 'GET', host = `127.0.0.1:${port}` } = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method, headers: { host } }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', part => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });

it('shows each job by its id, with how far it is', async () => {
  const { queues } = JSON.parse((await ask('/queues.json')).text);
  expect(queues.map(({ name }: { name: string }) => name)).toEqual(['probe-hq', 'reply']);
  expect(queues[0].counts).toEqual({
    active: 0,
    waiting: 1,
    delayed: 1,
    'waiting-children': 0,
    failed: 1,
    completed: 1,
  });
  const jobs = queues[0].jobs.map(({ id, state, attempts }: Record<string, unknown>) => [id, state, attempts]);
  expect(jobs).toEqual([
    [HOSTILE, 'waiting', 0],
    ['sla-4', 'delayed', 0],
    ['sla-2.prod.imap-login.hq', 'failed', 1],
    ['sla-1.prod.imap-login.hq', 'completed', 1],
  ]);
  for (const { addedAt } of queues[0].jobs) expect(addedAt).toBeGreaterThan(0);
});

it('never what a job holds, brought or said; and an id is text', async () => {
  for (const path of ['/', '/queues.json']) expect((await ask(path)).text).not.toContain(CANARY);
  const { text } = await ask('/');
  expect(text).toContain('sla-2.prod.imap-login.hq');
  expect(text).not.toContain('<script>');
  expect(text).not.toMatch(/<(?:form|button|a|input)\b/); // nothing to press
});

it('looking changes nothing in Redis', async () => {
  const client = await redis.connect();
  const all = async () => {
    const keys = (await client.keys('*')).sort();
    return Promise.all(keys.map(async key => [key, await client.dumpBuffer(key).then(dump => dump?.toString('hex'))]));
  };
  const before = await all();
  await ask('/');
  await ask('/queues.json');
  expect(await all()).toEqual(before);
  expect(before.length).toBeGreaterThan(4);
});

describe('it refuses', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s', async method => {
    expect((await ask('/', { method })).status).toBe(405);
  });
  it('a page from elsewhere', async () => {
    expect((await ask('/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { host: `localhost:${port}` })).status).toBe(200);
  });
  it('any other path', async () => {
    expect((await ask('/queues/probe-hq/retry')).status).toBe(404);
  });
});
