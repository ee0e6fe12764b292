import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type OtherRedis, otherRedis } from '../store/servers.js';
import { freePort } from '../support/free-port.js';
import { triedIn } from '../support/tried-in.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/**
 * Whole checks by the built program through Sentinels and through a cluster, whose master dies in the middle of one. What was remembered
 * before is remembered by the new master: the refused password of `branch` is not sent again. Half a minute each, so `npm run failover`
 * runs them and `npm test` does not; docs/redis.md says what came of it.
 */
const SLOW = { timeout: 240_000 };
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const started = async (...given: Parameters<typeof otherRedis>): Promise<OtherRedis> => {
  const server = await otherRedis(...given);
  ends.push(server.kill);
  return server;
};
const KEPT = ['appendonly yes', 'maxmemory-policy noeviction', 'repl-diskless-sync-delay 0'];
const asking = async <T>({ port }: OtherRedis, ask: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis({ port, maxRetriesPerRequest: 3 });
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
};

/** A master with a replica, and three Sentinels of whom two must agree. */
const sentinels = async () => {
  const open = (port: number) => [`port ${port}`, ...KEPT];
  const master = await started(open);
  const replica = await started(port => [...open(port), `replicaof 127.0.0.1 ${master.port}`]);
  const watching = await Promise.all(
    [1, 2, 3].map(() =>
      started(
        port => [
          `port ${port}`,
          `sentinel monitor mymaster 127.0.0.1 ${master.port} 2`,
          'sentinel down-after-milliseconds mymaster 1000',
          'sentinel failover-timeout mymaster 5000',
        ],
        ['--sentinel'],
      ),
    ),
  );
  for (const each of watching)
    await expect
      .poll(() => asking(each, async redis => JSON.stringify(await redis.call('SENTINEL', 'master', 'mymaster'))), {
        timeout: 60_000,
      })
      .toMatch(/"num-slaves","1","num-other-sentinels","2"/);
  await inStep(replica);
  return { master, url: `redis+sentinel://${watching.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mymaster` };
};

/** Three masters, and a replica of the one that has our keys. */
const cluster = async () => {
  const open = async (port: number) => [
    `port ${port}`,
    ...KEPT,
    'cluster-enabled yes',
    'cluster-node-timeout 1500',
    `cluster-port ${await freePort()}`,
  ];
  const nodes = await Promise.all([1, 2, 3, 4].map(() => started(open)));
  const [first, second, third, replica] = nodes as [OtherRedis, OtherRedis, OtherRedis, OtherRedis];
  const slot = Number(await asking(first, redis => redis.call('CLUSTER', 'KEYSLOT', '{uccx}')));
  const share = [0, 5461, 10_923, 16_384];
  const masters = [first, second, third];
  for (const [index, node] of masters.entries())
    await asking(node, redis =>
      redis.call('CLUSTER', 'ADDSLOTSRANGE', String(share[index]), String((share[index + 1] ?? 0) - 1)),
    );
  const buses = await Promise.all(nodes.map(node => asking(node, redis => redis.config('GET', 'cluster-port'))));
  for (const [index, node] of nodes.entries())
    await asking(first, redis =>
      redis.call('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String((buses[index] as string[])[1])),
    );
  const master = masters[share.findLastIndex(from => from <= slot)] as OtherRedis;
  const id = String(await asking(master, redis => redis.call('CLUSTER', 'MYID')));
  await expect.poll(() => asking(replica, redis => redis.call('CLUSTER', 'REPLICATE', id).catch(String))).toBe('OK');
  for (const node of nodes)
    await expect
      .poll(() => asking(node, async redis => String(await redis.call('CLUSTER', 'INFO'))))
      .toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:4/);
  await inStep(replica);
  return { master, url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}` };
};
const inStep = (replica: OtherRedis) =>
  expect.poll(() => asking(replica, redis => redis.info('replication'))).toContain('master_link_status:up');

describe.runIf(process.env.UCCX_REDIS_KINDS)('a check', () => {
  it.each<[string, typeof sentinels]>([
    ['Sentinels', sentinels],
    ['a cluster', cluster],
  ])('goes through %s, and is answered though the master dies in the middle of it', SLOW, async (name, open) => {
    const { master, url } = await open();
    const whole: TestWhole = await startTestWhole({
      scenarios: ['prod', 'branch'],
      again: { slow: 'slow' },
      env: { UCCX_REDIS_URL: url, UCCX_LOG: process.env.UCCX_LOG ?? 'fatal' },
    });
    ends.push(whole.stop);
    const headline = async (text: string) => (await whole.ask(text)).view.headline;
    const tried = (target: string) => triedIn(whole.lab.counters(target).imap?.accounts);
    expect(await headline('/uccx check branch')).toMatch(/^branch: 2 problems/);
    const before = tried('branch');

    const during = headline('/uccx check slow');
    await expect.poll(() => whole.lab.counters('slow').imap?.connections).toBe(1);
    await master.kill();
    const from = performance.now();
    console.log(`${name}, the check during which the master died: ${await during}`);
    console.log(`${name}: answered after ${Math.round(performance.now() - from)} ms`);

    const settled = async () => {
      const said = await headline('/uccx check prod').catch(String);
      if (!said.startsWith('prod: healthy')) await wait(500);
      return said;
    };
    await expect.poll(settled, { timeout: 90_000 }).toMatch(/^prod: healthy/);
    console.log(`${name}: checks as before after ${Math.round(performance.now() - from)} ms`);

    expect(await headline('/uccx check branch')).toMatch(/^branch: 1 problem.*questions could not be answered/);
    expect(tried('branch')).toBe(before);
    expect(tried('slow')).toBeLessThanOrEqual(1);
  });
});
