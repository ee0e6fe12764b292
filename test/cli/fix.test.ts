import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'uccx-fix-'));
  await writeFile(join(cwd, 'config.yaml'), CONFIG);
  await copyFile(new URL('../fixtures/exchange/get-imapsettings-2016.txt', import.meta.url), join(cwd, 'pasted.txt'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));
const fix = (...words: string[]) => run(['fix', '--config', 'config.yaml', ...words], { cwd });

describe('uccx-doctor fix', () => {
  it('writes a script of the difference to what was pasted', async () => {
    const { code, out } = await fix('prod', '--from', 'pasted.txt', '--out', 'fix.ps1');
    expect(code).toBe(0);
    expect(out).toMatch(/1 change for prod, restarts on EX16\. Nothing has been done yet\./);
    const bytes = await readFile(join(cwd, 'fix.ps1'));
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.toString()).toContain("Set-ImapSettings -Server 'EX16' -MaxConnectionsPerUser 68");
  });

  it('proposes nothing where what was pasted is enough', async () => {
    await writeFile(join(cwd, 'enough.txt'), 'Server : EX16\r\nMaxConnectionsPerUser : 500\r\n');
    expect(await fix('prod', '--from', 'enough.txt')).toMatchObject({
      code: 64,
      err: expect.stringMatching(/no remedy/),
    });
  });

  it('reads what Windows PowerShell wrote with >', async () => {
    const words = '\ufeffServer : EX16\r\nMaxConnectionsPerUser : 16\r\n';
    await writeFile(join(cwd, 'utf16.txt'), Buffer.from(words, 'utf16le'));
    expect((await fix('prod', '--from', 'utf16.txt', '--out', 'fix.ps1')).code).toBe(0);
  });

  it('never writes over a file', async () => {
    await writeFile(join(cwd, 'fix.ps1'), 'mine');
    expect(await fix('prod', '--from', 'pasted.txt', '--out', 'fix.ps1')).toMatchObject({
      code: 64,
      err: expect.stringMatching(/is there already/),
    });
    expect(await readFile(join(cwd, 'fix.ps1'), 'utf8')).toBe('mine');
  });

  it('writes none where nobody knows the version', async () => {
    await writeFile(join(cwd, 'config.yaml'), CONFIG.replace(", version: '2016'", ''));
    expect(await fix('prod', '--from', 'pasted.txt', '--out', 'fix.ps1')).toMatchObject({
      code: 64,
      err: expect.stringMatching(/No script for prod: its version of Exchange is neither configured/),
    });
    await expect(readFile(join(cwd, 'fix.ps1'))).rejects.toThrow(/ENOENT/);
  });

  it('writes it for the version that was pasted with the limits', async () => {
    await writeFile(join(cwd, 'config.yaml'), CONFIG.replace(", version: '2016'", ''));
    const pasted =
      'Name                : EX16\r\nAdminDisplayVersion : Version 15.2 (Build 256\r\n                      2.17)\r\n\r\nServer : EX16\r\nMaxConnectionsPerUser : 16';
    await writeFile(join(cwd, 'version.txt'), pasted);
    expect((await fix('prod', '--from', 'version.txt', '--out', 'fix.ps1')).code).toBe(0);
    expect(await readFile(join(cwd, 'fix.ps1'), 'utf8')).toContain("$versionName = 'se'");
  });

  it.each<[string, string[], RegExp]>([
    ['no target', [], /wants a target/],
    ['an unknown target', ['prd'], /Did you mean prod/],
    ['nothing known', ['prod'], /no remedy that a script could carry out/],
    ['a file that is not there', ['prod', '--from', 'none.txt'], /none\.txt cannot be read: there is no such file/],
    ['a file about something else', ['prod', '--from', 'config.yaml'], /pipe them into Format-List/],
    ['a finding that is not there', ['prod', 'imap-port', '--from', 'pasted.txt'], /nothing under imap-port\./],
  ])('%s is wrong use', async (_, words, says) => {
    const { code, err, out } = await fix(...words);
    expect([code, out]).toEqual([64, '']);
    expect(err).toMatch(says);
  });
});
