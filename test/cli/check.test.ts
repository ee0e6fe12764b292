import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Result } from '../../src/cli/result.js';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { run } from './run.js';

let folder: string;
let lab: Lab;
let config: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-check-'));
  lab = await startLab({
    folder: join(folder, 'lab'),
    scenarios: ['prod', 'bad-password', 'port-closed', 'no-greeting'],
  });
  config = join(folder, 'config.yaml');
  await writeFile(config, labConfig(lab));
});
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});
let runs = 0;
beforeEach(() => {
  env = { XDG_STATE_HOME: join(folder, `state-${runs++}`) };
});

const check = (...words: string[]) => run(['check', '--config', config, ...words], { env });
const logins = (id: string) => Object.values(lab.counters(id).imap?.accounts ?? {}).map(({ tried }) => tried);

describe('the exit code is the verdict', () => {
  it.each([
    ['prod', 0, 'healthy', /^\[\+\] prod: healthy\. /],
    ['bad-password', 1, 'problem', /^\[X\] bad-password: \d+ problems?, (?:the worst is )?critical/],
    ['port-closed', 1, 'problem', /^\[X\] port-closed: \d+ problems?, (?:the worst is )?critical/],
  ])('%s: %d', async (target, code, state, headline) => {
    const text = await check(target);
    expect(text).toMatchObject({ code, err: '' });
    expect(text.out).toMatch(headline);
    expect(text.out).toMatch(/\n\nSeen from hq \(uccx-side, agent-side, exchange-side, cuc-side\), /);
    env = { XDG_STATE_HOME: join(folder, `state-json-${target}`) };
    const json = await check(target, '--json');
    expect(json).toMatchObject({ code, err: '' });
    const result = Result.parse(JSON.parse(json.out));
    expect(result).toMatchObject({ schema: 1, state, sites: ['hq'], stopped: false, reports: [{ target }] });
  });

  it('the worst of several', async () => {
    const { code, out } = await check('prod', 'port-closed');
    expect(code).toBe(1);
    expect(out).toMatch(/^\[X\] 2 targets checked: 1 with problems and 1 healthy\./);
  });

  it('unknown, where the memory of logins cannot be used and so nobody logs in', async () => {
    const before = logins('prod');
    await writeFile(join(folder, 'a-file'), '');
    env = { XDG_STATE_HOME: join(folder, 'a-file') };
    const { code, out } = await check('prod', '--only', 'imap');
    expect(out).toMatch(/^\[\?\] prod: unknown/);
    expect(code).toBe(2);
    expect(logins('prod')).toEqual(before);
  });
});

describe('--with judges files together with what is seen', () => {
  const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;
  let settings: string;
  beforeAll(async () => {
    settings = join(folder, 'logs', 'settings.txt');
    const [server] = lab.targets.find(({ id }) => id === 'prod')?.exchange.servers ?? [];
    await mkdir(join(folder, 'logs'));
    await writeFile(settings, `Server                : ${server}\r\nMaxConnectionsPerUser : 16\r\n`);
    await copyFile(fixture('jetty/jetty-access-gap.txt'), join(folder, 'logs', 'jetty.log'));
    await writeFile(join(folder, 'logs', 'notes.md'), 'MaxConnectionsPerUser is what they told us to look at.');
  });

  it('in one report, with the names that a person gave and their age', async () => {
    const { code, out } = await check('prod', '--with', join(folder, 'logs'), '--only', 'imap');
    expect(out).toMatch(/^\[X\] prod: 1 problem, critical/);
    expect(out).toContain('With what was read just now: jetty.log');
    expect(out).toMatch(/from settings\.txt:2: MaxConnectionsPerUser 16/);
    const words = out.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/jetty\.log tells of 2014-06-29 \d\d:\d\d:\d\d UTC, .{1,20} before this check/);
    expect(words).toContain('notes.md: not judged: it looks like output of the Exchange Management Shell, and nothing');
    expect(out).toMatch(/Seen from hq/);
    expect(code).toBe(1);
  });

  it('and tells what the files say happened when, with whose clock, and nothing of what they give no time of', async () => {
    await copyFile(fixture('eventlog/9646.xml'), join(folder, 'mailbox.xml'));
    const files = ['--with', join(folder, 'logs'), join(folder, 'mailbox.xml')];
    const { out } = await check('prod', ...files, '--only', 'imap');
    const [, story = ''] = /What happened when, in UTC (.*?)\[i\]/.exec(out.replaceAll(/\s+>?\s*/g, ' ')) ?? [];
    expect(story).toMatch(
      /^2014-06-29 \d\d:\d\d:\d\d the last notification of .*\(logs\/jetty\.log\).* 2014-06-29 16:41:07 MSExchangeIS 9646/,
    );
    expect(story).toContain('Clock of logs/jetty.log: each line names its zone.');
    expect(story).not.toMatch(/settings\.txt|20(?!14)\d\d-/);
    const { out: settingsOnly } = await check('prod', '--with', settings, '--only', 'imap');
    expect(settingsOnly).not.toContain('What happened when');
  });

  it('in JSON, and diagnose judges the same again', async () => {
    const result = Result.parse(JSON.parse((await check('prod', '--only', 'imap', '--json', '--with', settings)).out));
    expect(result.reports[0]).toMatchObject({ withRead: [{ files: ['settings.txt'] }] });
    await writeFile(join(folder, 'with.json'), JSON.stringify(result));
    const again = await run(['diagnose', join(folder, 'with.json'), '--json']);
    const { reports } = Result.parse(JSON.parse(again.out));
    expect(reports).toEqual(result.reports);
  });

  it('asks whose they are before it looks at anything', async () => {
    const before = logins('prod');
    const { code, err } = await check('prod', 'bad-password', '--with', settings);
    expect(code).toBe(64);
    expect(err).toBe(
      'Of which target are the files behind --with, prod and bad-password? Check one of them at a time.\n',
    );
    expect(logins('prod')).toEqual(before);
  });
});

describe('no harm', () => {
  it('two runs after a refusal log in once, until somebody insists or the password changes', async () => {
    const [before = 0] = logins('bad-password');
    const first = await check('bad-password', '--only', 'imap');
    const second = await check('bad-password', '--only', 'imap');
    expect(logins('bad-password')).toEqual([before + 1]);
    expect(first.code).toBe(1);
    expect(second.out).toMatch(/is\s+not\s+tried\s+again/);
    await check('bad-password', '--only', 'imap', '--login-anyway');
    expect(logins('bad-password')).toEqual([before + 2]);
    await check('bad-password', '--only', 'imap');
    expect(logins('bad-password')).toEqual([before + 2]);
  });

  it('one login and at most two connections at a time in a run, and no session left open', async () => {
    const [before = 0] = logins('prod');
    const agents = lab.agents('prod');
    const open = lab.counters('prod').imap?.openNow ?? 0;
    await check('prod');
    expect(logins('prod')).toEqual([before + 1]);
    const counts = lab.counters('prod').imap;
    expect((counts?.peak ?? 99) - open).toBeLessThanOrEqual(2);
    expect(agents).not.toBeNull();
  });

  it('--only looks at nothing else', async () => {
    const before = lab.counters('prod').smtp?.connections;
    const { out } = await check('prod', '--only', 'imap', '--json');
    expect(lab.counters('prod').smtp?.connections).toBe(before);
    expect(Result.parse(JSON.parse(out)).reports[0]?.plan.legs).toEqual(['imap']);
  });

  it('a secret comes into no output', async () => {
    const password = await readFile(join(folder, 'lab', 'secrets', 'bad-password'), 'utf8');
    const forms = [password, Buffer.from(password).toString('base64').replace(/=+$/, '')];
    for (const words of [['--details'], ['--json']]) {
      const { out, err } = await check('bad-password', ...words);
      for (const form of forms) expect(`${out}${err}`).not.toContain(form);
    }
  });
});

describe('stopped in between', () => {
  it('tells what was seen, ends with 2, and leaves no connection open', async () => {
    const closed: Promise<unknown>[] = [];
    let greeted = () => {};
    const hasCome = new Promise<void>(resolve => {
      greeted = resolve;
    });
    const server = createServer(socket => {
      closed.push(new Promise(resolve => socket.once('close', resolve)));
      socket.on('error', () => {});
      socket.resume(); // or the end of the connection would wait behind unread bytes
      greeted();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const file = join(folder, 'silent.yaml');
    await writeFile(
      file,
      `sites: [{ id: hq, vantages: [exchange-side] }]
targets:
  - { kind: cuc-single-inbox, id: silent, exchange: { servers: [M], version: 2016 }, cuc: { host: 127.0.0.1, notifyPort: ${port} } }
`,
    );
    const stop = new AbortController();
    const running = run(['check', '--config', file], { env, signal: stop.signal });
    await hasCome;
    stop.abort();
    const { code, out } = await running;
    expect(code).toBe(2);
    expect(out).toContain('Stopped before everything was looked at; what was seen until then counts.');
    await Promise.all(closed);
    await new Promise(resolve => server.close(resolve));
  });
});

describe('a saved result', () => {
  it('is judged again elsewhere to the same verdicts, without a connection', async () => {
    const saved = join(folder, 'saved.json');
    const first = await check('port-closed', '--save', saved, '--json');
    expect((await stat(saved)).mode & 0o777).toBe(0o600);
    const before = lab.counters('port-closed').smtp?.connections;
    const again = await run(['diagnose', 'saved.json', '--json'], { cwd: folder });
    expect(again).toMatchObject({ code: first.code, err: '' });
    expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
    expect(lab.counters('port-closed').smtp?.connections).toBe(before);
    const text = await run(['diagnose', 'saved.json'], { cwd: folder });
    expect(text.out).toContain('Judged again from saved.json: nothing was looked at now.');
  });

  it('that was changed by hand says nothing about another target', async () => {
    const saved = join(folder, 'forged.json');
    await check('port-closed', '--save', saved);
    const forged = JSON.parse(await readFile(saved, 'utf8'));
    forged.reports[0].target = 'prod';
    await writeFile(saved, JSON.stringify(forged));
    const { code, err } = await run(['diagnose', saved]);
    expect(code).toBe(64);
    expect(err).toMatch(/Nothing is known of the target prod/);
  });

  it('is written whole or told not to be', async () => {
    const { code, err } = await check('port-closed', '--save', join(folder, 'none', 'x.json'));
    expect(code).toBe(64);
    expect(err).toMatch(/cannot be written: there is no such folder/);
  });
});

it('one machine that stands for several sites says so', async () => {
  const file = join(folder, 'two.yaml');
  await writeFile(
    file,
    `sites:
  - { id: hq, vantages: [exchange-side] }
  - { id: branch, vantages: [exchange-side] }
targets:
  - { kind: cuc-single-inbox, id: voice, exchange: { servers: [M], version: 2016 }, cuc: { host: 127.0.0.1, notifyPort: 1 } }
`,
  );
  const all = await run(['check', '--config', file], { env });
  expect(all.out.replace(/\s+/g, ' ')).toContain('This one machine stood for hq and branch: what differs');
  const one = await run(['check', '--config', file, '--site', 'branch', '--json'], { env });
  const { reports, sites } = Result.parse(JSON.parse(one.out));
  expect(sites).toEqual(['branch']);
  expect(reports[0]?.plan.orders.map(({ site }) => site)).toEqual(['branch']);
});
