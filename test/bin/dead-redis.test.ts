import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { PROGRAM } from '../support/program.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-dead-redis-'));
  file = join(folder, 'config.yaml');
  const config = {
    redis: { url: 'redis://127.0.0.1:14' }, // below the ports that the system gives away, and no test's
    console: { port: 0 },
    sites: [{ id: 'hq', vantages: ['exchange-side'] }],
    access: [{ role: 'operator', platform: 'console', users: ['local'] }],
    targets: [
      {
        kind: 'cuc-single-inbox',
        id: 'voice',
        exchange: { servers: ['MBX01'], version: '2016' },
        cuc: { host: '127.0.0.1' },
      },
    ],
  };
  await writeFile(file, stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ended = async (...words: string[]): Promise<{ code: number; says: string }> => {
  const child = spawn(process.execPath, [PROGRAM, ...words, '--config', file], {
    env: { ...process.env, XDG_STATE_HOME: join(folder, words[0] as string) },
  });
  let says = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (says += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, says };
};

it('a Redis that does not answer is told in a sentence, and is no fault of ours', async () => {
  const [bot, worker, start] = await Promise.all([ended('bot'), ended('worker', '--site', 'hq'), ended('start')]);
  expect([bot, worker, start].map(({ code }) => code)).toEqual([2, 2, 2]);
  const why = 'could not start: Redis at 127.0.0.1:14 does not answer: connect ECONNREFUSED 127.0.0.1:14"';
  expect(bot.says).toContain(`"bot ${why}`);
  expect(worker.says).toContain(`"worker ${why}`);
  expect(start.says).toMatch(/^(?:bot|worker) ended before it was ready; what it has told stands above\.$/m);
  for (const { says } of [bot, worker, start]) expect(says).not.toMatch(/fault of uccx-doctor|\n? +at .*:\d+:\d+/);
});
