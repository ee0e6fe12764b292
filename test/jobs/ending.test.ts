import { Worker } from 'bullmq';
import { expect, it } from 'vitest';
import { PREFIX } from '../../jobs/queues.js';
import { running } from '../../jobs/running.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { hq, planOf, probeOf, recorder, redis, siteDeps, start, usesRedis } from './rig.js';

usesRedis();

/** It had fifteen seconds for what was under way, nothing was, and it took them all. */
it('a worker ends soon though one of its connections still looks for Redis, as after a restart of Redis', async () => {
  const connection = await redis.connect('worker');
  const duplicate = connection.duplicate.bind(connection);
  // The one on which it waits for jobs; ioredis says nothing when it is told to end while it looks for a server.
  connection.duplicate = more => duplicate({ ...more, path: '/nowhere.sock' });
  const worker = new Worker('probe-hq', async () => null, { connection, prefix: PREFIX });
  const onError = () => {};
  const { close } = running([worker], { onError }, { drainMs: 600_000, also: async () => {} });
  await expect.poll(() => connection.status).toBe('ready');
  await close();
});

it('a worker that is at work ends when that is done', async () => {
  const gate = { open: () => {} };
  const opened = new Promise<void>(open => (gate.open = open));
  const said: string[] = [];
  let begin = () => {};
  const begun = new Promise<void>(resolve => (begin = resolve));
  const process = async () => {
    begin();
    await opened;
    said.push('done');
  };
  const worker = new Worker('probe-hq', process, { connection: await redis.connect('worker'), prefix: PREFIX });
  const { close } = running([worker], { onError: () => {} }, { drainMs: 600_000, also: async () => said.push('over') });
  const connection = await redis.connect();
  await connection.hset(`${PREFIX}:probe-hq:x`, {
    name: 'x',
    data: '{}',
    opts: '{}',
    timestamp: 1,
    delay: 0,
    priority: 0,
  });
  await connection.lpush(`${PREFIX}:probe-hq:wait`, 'x');
  await connection.zadd(`${PREFIX}:probe-hq:marker`, 0, '0');
  await begun;
  const ended = close().then(() => said.push('ended'));
  gate.open();
  await ended;
  expect(said).toEqual(['done', 'over', 'ended']);
});

it('workers that are restarted one after another while checks come lose none of them, and look at nothing twice', async () => {
  const looks: string[] = [];
  const slow = probeOf(async look => {
    looks.push('look');
    await new Promise(resolve => setTimeout(resolve, 60));
    look.observe('imap-greeting', { outcome: 'ok', text: 'hello', tookMs: 60 });
  });
  const recording = recorder();
  const { ask, siteWork } = await start(recording.messenger, [], { worker: false });
  const open = async () => siteWorker(await siteDeps(), hq.id, { ...siteWork, probes: [slow], waitMs: 60_000 });
  const workers = [await open(), await open()];
  const runs = Array.from({ length: 20 }, (_, index) => `run-rolling-${index}`);
  const asking = Promise.all(runs.map(run => ask(planOf(run, [slow], 120_000))));
  for (const index of [0, 1, 0, 1]) {
    const told = recording.edits.length;
    await recording.until(edits => edits.length > told || edits.length === runs.length);
    const fresh = await open(); // as systemd and Kubernetes do it, the new one may also come first
    await workers[index]?.close();
    workers[index] = fresh;
  }
  await asking;
  await recording.until(edits => edits.length === runs.length);
  expect(recording.edits.map(({ tone }) => tone)).toEqual(runs.map(() => 'healthy'));
  expect(looks).toHaveLength(runs.length);
  await Promise.all(workers.map(worker => worker.close()));
});
