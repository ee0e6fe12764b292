import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailTarget } from '../support/build.js';
import { PROGRAM } from '../support/program.js';

/** The built program at the end of a pipe. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-output-'));
  const target = mailTarget();
  const report = {
    schema: 1,
    run: 'run-saved',
    target: target.id,
    startedAt: '2026-11-21T08:00:00.000Z',
    finishedAt: '2026-11-21T08:00:05.000Z',
    plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
    observations: [],
  };
  const reports = Array.from({ length: 200 }, () => report);
  const saved = { schema: 1, sites: ['hq'], stopped: false, reports, targets: [target] };
  await writeFile(join(folder, 'saved.json'), JSON.stringify(saved));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = () =>
  spawn(process.execPath, [PROGRAM, 'diagnose', join(folder, 'saved.json'), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

it('a reader that takes its time gets the whole answer', async () => {
  const child = start();
  const closed = new Promise(done => child.once('close', done));
  await wait(2_500); // longer than the program waits for anything else
  let text = '';
  for await (const part of child.stdout) text += part;
  await closed;
  expect(text.length).toBeGreaterThan(500_000);
  expect(JSON.parse(text).reports).toHaveLength(200);
  expect(child.exitCode).toBe(2);
});

it('a reader that goes away ends it', async () => {
  const child = start();
  const closed = new Promise(done => child.once('close', done));
  for await (const _ of child.stdout) break;
  child.stdout.destroy();
  await closed;
  expect(child.exitCode).toBe(2);
});
