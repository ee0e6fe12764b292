import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPart } from '../../src/bin/part.js';
import { askConsole } from '../../src/chat/console/ask.js';
import { startNotifyProxy, startUnityNotify } from '../../src/lab/unity-notify.js';
import { startRedis } from '../../src/store/embedded-redis/start-redis.js';
import { startRelay } from '../chaos/relay.js';
import { PROGRAM } from '../support/program.js';
import { redisProgram, socketOf } from '../support/redis.js';
import { CENTRE, dropped, redirected, type SiteName, setRules } from './net.js';

/** What somebody does who has two sites beside Exchange: writes the file, starts the bot here and a worker there, asks. In the centre's network. */
const PORT = 7080;
const CONFIG = `
sites:
  - { id: alpha, vantages: [exchange-side] }
  - { id: beta, vantages: [exchange-side] }
targets:
  - kind: cuc-single-inbox
    id: voice-inbox
    exchange: { servers: [EX01], version: "2016" }
    cuc: { host: ${CENTRE}, notifyPort: ${PORT} }
access:
  - { role: operator, platform: console, users: [local] }
console: { port: 0 }
`;

const walk = async (prefix: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-walk-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const unity = await startUnityNotify('0.0.0.0', { port: PORT });
    ends.push(unity.stop);
    const proxy = await startNotifyProxy('0.0.0.0', PORT);
    ends.push(proxy.stop);
    const redis = await startRedis({ program: await redisProgram(), folder: join(folder, 'redis'), say: () => {} });
    ends.push(redis.stop);
    const way = await startRelay({ path: socketOf(redis) }, CENTRE);
    ends.push(way.stop);
    const file = join(folder, 'config.yaml');
    await writeFile(file, CONFIG);
    const env = {
      PATH: process.env.PATH ?? '',
      UCCX_LOG: 'error',
      XDG_STATE_HOME: folder,
      UCCX_REDIS_URL: `redis://${CENTRE}:${way.port}`,
    };
    const bot = startPart(PROGRAM, ['bot', '--config', file], env);
    ends.push(bot.stop);
    for (const site of ['alpha', 'beta'] as const) ends.push(await startWorker(prefix, site, file, env));
    const { console: page = '' } = await bot.ready;
    const ask = async (): Promise<{ tone: string; says: string }> => {
      const { view, text } = await askConsole(page, '/uccx check');
      console.log(`/uccx check\n\n${text.split('\nNot judged\n')[0]}`);
      return { tone: view.tone, says: text.replaceAll(/\s+/g, ' ') };
    };

    console.log('— Nothing is in the way.');
    const well = await ask();
    assert.equal(well.tone, 'healthy', 'nothing is in the way, and something is said to be wrong');

    console.log('— A firewall drops 7080 from alpha, and a proxy stands in the way from beta.');
    await setRules(dropped('alpha', PORT) + redirected('beta', PORT, proxy.port));
    const ill = await ask();
    assert.equal(ill.tone, 'critical');
    for (const [says, fault] of FAULTS) assert.match(ill.says, fault, `the answer does not say: ${says}`);

    console.log('— Both are taken away.');
    await setRules('');
    assert.equal((await ask()).tone, 'healthy', 'it does not see that all is well again');
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

const FAULTS = [
  [
    'something drops 7080 on the way from alpha',
    /10\.213\.0\.1 port 7080, seen from site alpha, does not answer at all: a firewall drops the packets/,
  ],
  [
    'from beta a proxy answers',
    /On the path from site beta it is not Unity Connection that answers at 10\.213\.0\.1 port 7080, but a proxy/,
  ],
  ['it opens from beta', /it opens from site beta, so something listens/],
] as const;

/** A worker in the network of its site: it dials out to Redis, and opens no port. */
const startWorker = async (prefix: string, site: SiteName, file: string, env: NodeJS.ProcessEnv) => {
  const inSite = ['netns', 'exec', `${prefix}-${site}`];
  const words = [process.execPath, PROGRAM, 'worker', '--config', file, '--site', site];
  const child = spawn('ip', [...inSite, ...words], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(new Error(`the worker of ${site} ended with ${code}`)));
  await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
};

await walk(process.argv[2] ?? '');
