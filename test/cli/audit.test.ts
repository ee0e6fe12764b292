import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { auditKey } from '../../src/audit/chain.js';
import { askedRecord, orderedRecord } from '../../src/audit/records.js';
import { makeTrail } from '../../src/audit/trail.js';
import { commands } from '../../src/bin/commands.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId } from '../../src/domain/ids.js';
import { Site } from '../../src/domain/target.js';
import type { AuditLog } from '../../src/intake/ports.js';
import { probes } from '../../src/probes/index.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { mailTarget } from '../support/build.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { run as runIn } from './run.js';

const KEY = 'sixteen random signs and some more';
const target = mailTarget({ id: 'prod', user: 'CONTOSO\\uccx' });
const sites = [Site.parse({ id: 'hq', vantages: ['uccx-side'] })];
const run = RunId.parse('sla-question-1');

let redis: TestRedis;
let folder: string;
let auditLog: AuditLog;
beforeAll(async () => {
  redis = await redisForTests();
  folder = await mkdtemp(join(tmpdir(), 'uccx-audit-'));
  const config = { sites, targets: [target], redis: { url: redis.url }, audit: { key: 'env:AUDIT_KEY' } };
  await writeFile(join(folder, 'config.yaml'), stringify(config));
  auditLog = redisStore({ redis: await redis.connect(), say: () => {} }).auditLog;
  const trail = makeTrail({
    log: auditLog,
    clock: { now: Date.now },
    key: auditKey(KEY),
    keep: { ms: 9e11, count: 1000 },
  });
  const wants = { do: 'check', targets: [target.id], only: [], loginAnyway: false, deep: false, loop: false } as const;
  const question = {
    run,
    by: { platform: 'slack', user: 'U0OP', groups: [], channel: 'C0OPS' },
    to: { platform: 'slack', handle: null },
    text: 'check prod',
  };
  await trail.note(askedRecord(question, 'understood', { ...wants, targets: [...wants.targets], only: [] }));
  const at = new Date().toISOString();
  const plan = makePlan({
    run,
    at,
    targets: [target],
    sites,
    cards: probes,
    only: [],
    loginAnyway: false,
    deadlineMs: 25_000,
  });
  await trail.note(orderedRecord(plan, { is: 'person', id: run }, { targets: [target], cards: probes }));
});
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

const audit = (...words: string[]) =>
  runIn(['audit', ...words], {
    cwd: folder,
    env: { UCCX_CONFIG: 'config.yaml', AUDIT_KEY: KEY, UCCX_LOG: 'silent' },
    more: commands,
  });

describe('audit on the command line', () => {
  it('tells who asked, and what was looked at from where with which account', async () => {
    const { code, out } = await audit('prod', '24h');
    expect(out).toContain('U0OP on slack in C0OPS asked for check prod');
    expect(out).toContain(`hq → ${target.imap.host}:${target.imap.port} (prod) as CONTOSO\\uccx: imap-login`);
    expect(code).toBe(0);
  });

  it('gives the same as JSON', async () => {
    const { out } = await audit('24h', '--json');
    const { schema, entries } = JSON.parse(out);
    expect(schema).toBe(1);
    expect(entries.map(({ seq, is }: { seq: number; is: string }) => [seq, is])).toEqual([
      [2, 'ordered'],
      [1, 'asked'],
    ]);
  });

  it('exports a file that verifies itself elsewhere, with the key and with nothing else', async () => {
    const { out } = await audit('export');
    expect(out.trim().split('\n')).toHaveLength(3);
    const file = join(folder, 'audit.jsonl');
    await writeFile(file, out);
    const elsewhere = (more: string[]) =>
      runIn(['audit', 'verify', file, ...more], { env: { K: KEY }, more: commands });
    expect(await elsewhere(['--key-from', 'env:K'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('is whole'),
    });
    expect(await elsewhere([])).toMatchObject({
      code: 2,
      out: expect.stringContaining('cannot be said without the key'),
    });
    await writeFile(file, out.replace('C0OPS', 'C0OUT'));
    expect(await elsewhere(['--key-from', 'env:K'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('entry 1 is not as it was written (line 1)'),
    });
    await writeFile(file, out.split('\n').slice(0, 2).join('\n'));
    expect((await elsewhere(['--key-from', 'env:K'])).out).toContain('closing line is missing');
  });

  it('verifies what stands in Redis against the log of the bot', async () => {
    const { head } = await auditLog.state();
    const log = (seq: number, hash: string) =>
      `{"level":30,"role":"bot","msg":"other"}\n{"level":30,"auditHead":{"seq":${seq},"hash":"${hash}"},"msg":"the audit stands here"}\n`;
    const against = async (text: string) => {
      await writeFile(join(folder, 'bot.log'), text);
      return audit('verify', '--anchors', 'bot.log', '--json');
    };
    expect(await against(log(head.seq, head.hash))).toMatchObject({
      code: 0,
      out: expect.stringContaining('"anchors": 1'),
    });
    const { code, out } = await against(log(head.seq + 3, head.hash));
    expect([code, JSON.parse(out).fault.says]).toEqual([1, 'entries 3 to 5 are missing at the end']);
    expect((await against(log(1, 'f'.repeat(64)))).out).toContain('the chain was made anew');
  });

  it('says what it does not understand, and what it cannot read', async () => {
    expect(await audit('prd')).toMatchObject({ code: 64, err: expect.stringContaining('prod') });
    expect(await audit('verify', 'nothing.jsonl')).toMatchObject({
      code: 64,
      err: expect.stringContaining('nothing.jsonl cannot be read: there is no such file'),
    });
  });
});
