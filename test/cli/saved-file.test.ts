import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailTarget } from '../support/build.js';
import { run } from './run.js';

/** A saved result travels with a support case: whoever wrote it, reading it neither crashes nor stalls. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-saved-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const target = mailTarget();
const report = {
  schema: 1,
  run: 'run-saved',
  target: target.id,
  startedAt: '2026-11-21T08:00:00.000Z',
  finishedAt: '2026-11-21T08:00:05.000Z',
  plan: { target: target.id, orders: [] as object[], uncovered: [], leftOut: [], legs: ['imap'] },
  observations: [] as object[],
};
const saved = (reports: readonly object[]) => ({
  schema: 1,
  state: 'healthy',
  sites: ['hq'],
  stopped: false,
  reports,
  targets: [target],
});
const diagnose = async (text: string) => {
  await writeFile(join(folder, 'saved.json'), text);
  return run(['diagnose', 'saved.json', '--json'], { cwd: folder });
};

it('what was judged by another version, in another shape, is judged anew', async () => {
  const { code, out } = await diagnose(JSON.stringify(saved([{ ...report, verdicts: [{ is: 'fine', since: 2031 }] }])));
  expect(code).toBe(2);
  expect(JSON.parse(out).reports[0].verdicts).toContainEqual(
    expect.objectContaining({ is: 'unknown', rule: 'imap-port' }),
  );
});

it('steps within steps within steps do not end the program', async () => {
  const depth = 100_000;
  const steps = `${'{"is":"member","of":{"cmdlet":"x","pipe":null,"args":[{"name":"x","value":'.repeat(depth)}null${'}]}}'.repeat(depth)}`;
  const text = JSON.stringify(saved([{ ...report, verdicts: ['HERE'] }])).replace('"HERE"', steps);
  expect((await diagnose(text)).code).toBe(2);
});

it('more orders than any plan has are refused, before they are compared with each other', async () => {
  const order = {
    run: 'run-saved',
    probe: 'imap-login',
    site: 'hq',
    vantages: [],
    target: target.id,
    budgetMs: 1,
    loginAnyway: false,
  };
  const silent = {
    is: 'silent',
    source: { by: 'probe', probe: 'imap-login', site: 'branch', vantages: [] },
    why: 'late',
    says: '',
  };
  const orders = Array.from({ length: 60_000 }, () => order);
  const observations = Array.from({ length: 60_000 }, () => silent);
  const { code, err } = await diagnose(
    JSON.stringify(saved([{ ...report, plan: { ...report.plan, orders }, observations }])),
  );
  expect(code).toBe(64);
  expect(err).toMatch(/see at reports\.0\.plan\.orders/);
});
