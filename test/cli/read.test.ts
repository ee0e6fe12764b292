import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './run.js';

const CONFIG = `
sites: [{ id: hq, vantages: [uccx-side] }]
targets:
  - kind: uccx-mail
    id: prod
    desktop: cad
    agents: 25
    exchange: { servers: [EX16], version: '2016' }
    mailbox: { user: 'contoso\\uccx', password: 'env:NOBODY_READS_THIS' }
    imap: { host: mail.test, port: 993, security: tls }
    smtp: { host: mail.test, port: 587, security: starttls }
`;
const OTHER = `
  - kind: uccx-mail
    id: second
    desktop: cad
    agents: 5
    exchange: { servers: [EX17], version: '2016' }
    mailbox: { user: 'contoso\\second', password: 'env:NOBODY_READS_THIS' }
    imap: { host: mail.test, port: 993, security: tls }
    smtp: { host: mail.test, port: 587, security: starttls }
`;
const INBOX = `
  - kind: cuc-single-inbox
    id: inbox
    exchange: { servers: [EX-CAS01], version: '2010-sp3' }
    cuc: { host: cuc01, notifyPort: 7080 }
`;
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'uccx-read-'));
  await writeFile(join(cwd, 'config.yaml'), CONFIG);
  await copyFile(new URL('../fixtures/exchange/get-imapsettings-2016.txt', import.meta.url), join(cwd, 'pasted.txt'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const read = (words: readonly string[], world: Parameters<typeof run>[1] = {}) =>
  run(['read', ...words], { cwd, ...world });
const withConfig = (...words: string[]) => read([...words, '--config', 'config.yaml']);
async function* piped(...pieces: string[]) {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('uccx-doctor read', () => {
  it('judges by a file alone, names file and line, and says what it did not look at', async () => {
    const { code, out } = await withConfig('pasted.txt');
    expect(code).toBe(1);
    expect(out).toMatch(/^\[X\] By files alone: prod: 1 problem, critical/);
    expect(out).toMatch(/Exchange allows the shared account 16 sessions/);
    expect(out).toMatch(/from pasted\.txt:\d+: MaxConnectionsPerUser 16/);
    expect(out).toMatch(/Set-ImapSettings -Server 'EX16' -MaxConnectionsPerUser 68/);
    expect(out).toMatch(/Judged for prod: no other target can be meant/);
    expect(out).toMatch(/these files say nothing about \d+ other questions; uccx-doctor check prod looks/);
    expect(out).toMatch(/Files only: no server was asked, nothing was changed/);
    expect(out).not.toMatch(/\/uccx /);
  });

  it('reads what is piped in', async () => {
    const stdin = () => piped('Server : EX16\r\nMaxConn', 'ectionsPerUser : 16\r\n');
    const { code, out } = await read(['-', '--config', 'config.yaml'], { stdin });
    expect(code).toBe(1);
    expect(out).toMatch(/from standard input/);
  });

  it('reads a folder and an archive, and says what in them it does not know', async () => {
    await mkdir(join(cwd, 'rtmt/logs'), { recursive: true });
    await copyFile(join(cwd, 'pasted.txt'), join(cwd, 'rtmt/logs/settings.txt'));
    await writeFile(join(cwd, 'rtmt/noise.bin'), Buffer.from([1, 2, 3]));
    await writeFile(
      join(cwd, 'a.zip'),
      zipSync({ '../x.txt': strToU8('Server : EX16\r\nMaxConnectionsPerUser : 16\r\n') }),
    );
    const { code, out } = await withConfig('rtmt', 'a.zip');
    expect(code).toBe(1);
    expect(out).toMatch(/rtmt\/logs\/settings\.txt/);
    expect(out).toMatch(/rtmt\/noise\.bin: nothing that I know writes such files/);
    expect(out).toMatch(/from a\.zip › \.\.\/x\.txt/);
  });

  it('does not guess of which target files are', async () => {
    await writeFile(join(cwd, 'config.yaml'), CONFIG + OTHER.slice(1));
    const { code, out } = await withConfig('pasted.txt');
    expect(code).toBe(2);
    expect(out).toMatch(/Of which target are they, prod and second\? That was not guessed; --target names it/);
    expect(out).not.toMatch(/sessions;/);
    expect((await withConfig('pasted.txt', '--target', 'prod')).code).toBe(1);
  });

  it('says so where the files are of servers that the target does not have', async () => {
    await writeFile(join(cwd, 'config.yaml'), CONFIG + OTHER.slice(1));
    const { code, out } = await withConfig('pasted.txt', '--target', 'second');
    expect(code).toBe(2);
    expect(out).toMatch(/EX16 is none of the servers of second/);
  });

  it('says what files are without a configuration, and judges nothing', async () => {
    const { code, out } = await read(['pasted.txt']);
    expect(code).toBe(2);
    expect(out).toMatch(/Read 1 of 1 file, judged nothing/);
    expect(out).toMatch(/Add --config FILE/);
  });

  it('gives JSON that diagnose and fix take', async () => {
    const { code, out } = await withConfig('pasted.txt', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      state: 'problem',
      stopped: false,
      files: [{ name: 'pasted.txt', cut: null }],
      reports: [{ target: 'prod' }],
    });
    await writeFile(join(cwd, 'read.json'), out);
    const again = await run(['diagnose', 'read.json'], { cwd });
    expect(again).toMatchObject({ code: 1, out: expect.stringMatching(/16 sessions/) });
    const words = ['fix', '--config', 'config.yaml', 'prod', '--result', 'read.json', '--out', 'fix.ps1'];
    expect((await run(words, { cwd })).code).toBe(0);
  });

  it('stops when it is told to, and says so', async () => {
    const stopping = new AbortController();
    async function* endless() {
      yield Buffer.from('Server : EX16\r\nMaxConnectionsPerUser : 500\r\n');
      stopping.abort();
      for (;;) yield Buffer.from('Server : EX16\r\n');
    }
    const { code, out, err } = await read(['-', '--config', 'config.yaml'], {
      stdin: endless,
      signal: stopping.signal,
    });
    expect(code).toBe(2);
    expect(out).toMatch(/standard input: reading was stopped/);
    expect(err).toBe('Stopped: what follows was understood until then.\n');
  });

  it('tells the direction of single inbox before anything else, and what all files say happened when, with whose clock', async () => {
    await writeFile(join(cwd, 'config.yaml'), CONFIG + INBOX.slice(1));
    const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;
    const files = ['cuc/show-open-ports-7080-notlistening.txt', 'jetty/jetty-access-gap.txt', 'eventlog/9646.xml'];
    const listed = fixture('eventlog/webservices-5-6-7.fl.txt');
    const { out } = await withConfig(...files.map(fixture), listed, '--target', 'inbox');
    expect(out).toMatch(
      /^\[X\] By files alone: inbox: (?:.+\n)+\n\[!\] Warning: The fault lies in the direction Exchange to Unity/,
    );
    const told = out.replaceAll(/\s+>?\s*/g, ' ');
    expect(told).toMatch(
      /What happened when, in UTC 2014-06-29 11:40:54 the last notification of subscription ff5fbb79 .* 2014-06-29 11:57:36 subscription 7c1e55d0 came in place of ff5fbb79 .* 2014-06-29 16:41:07 MSExchangeIS 9646/,
    );
    expect(told).toMatch(/Clock of \S*jetty-access-gap\.txt: each line names its zone/);
    expect(told).toMatch(
      /Clock of \S*webservices-5-6-7\.fl\.txt: the local time of whoever listed it, without a zone, so it stands outside/,
    );
    expect(told).not.toMatch(/UTC.*MSExchange Web Services [567], about.*Clock of/);
  });

  it('shows how far it came to whoever sits at the terminal, also where the answer goes elsewhere', async () => {
    async function* slow() {
      for (let sent = 0; sent < 4; sent++) {
        yield Buffer.alloc(1 << 16, 'Server : EX16\r\nMaxConnectionsPerUser : 16\r\n');
        const until = performance.now() + 200;
        while (performance.now() < until);
      }
    }
    const { err } = await read(['-', '--json', '--config', 'config.yaml'], { stdin: slow, errIsTty: true });
    expect(err).toMatch(/standard input: \d+ MB read; Ctrl-C stops/);
    expect((await read(['pasted.txt', '--config', 'config.yaml'], { isTty: true, errIsTty: false })).err).toBe('');
  });

  it.each<[string, string[], RegExp]>([
    ['nothing to read', [], /read wants files/],
    ['a file that is not there', ['none.txt'], /none\.txt cannot be read: there is no such file/],
    ['an empty folder', ['empty'], /There is no file in empty/],
    ['an unknown target', ['pasted.txt', '--target', 'prd'], /Did you mean prod/],
    ['nothing piped in', ['-'], /Nothing is piped in/],
    ['two pipes', ['-', '-'], /- is given twice/],
    ['a variable that is not set', [''], /named by an empty word/],
  ])('%s is wrong use', async (_, words, says) => {
    await mkdir(join(cwd, 'empty'));
    const { code, out, err } = await withConfig(...words);
    expect([code, out]).toEqual([64, '']);
    expect(err).toMatch(says);
  });
});
