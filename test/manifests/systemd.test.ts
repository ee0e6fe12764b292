import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/bin/commands.js';
import { parseGiven } from '../../src/cli/command.js';
import { Site } from '../../src/domain/target.js';
import { sitesView } from '../../src/view/sites.js';

const exec = promisify(execFile);
const FOLDER = 'manifests/systemd';
const PROGRAM = '/usr/local/bin/uccx-doctor';
const names = readdirSync(FOLDER).filter(name => name.endsWith('.service'));
/** `KEY` → its values, in order; a unit may give one several times. */
const settingsOf = (text: string): Map<string, string[]> => {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || /^\[(?:Unit|Service|Install)\]$/.test(line)) continue;
    const [, key, value] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(`no line of a unit: ${line}`);
    settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
};

it('are the three that the documentation names', () => {
  expect(names.sort()).toEqual(['uccx-doctor-bot.service', 'uccx-doctor-worker@.service', 'uccx-doctor.service']);
  const page = readFileSync('docs/operation.md', 'utf8');
  for (const name of names) expect(page).toContain(name);
});

it('«sites» names the unit of a worker as it is called', () => {
  const site = Site.parse({ id: 'branch', vantages: ['agent-side'] });
  const view = sitesView([{ site, heard: [], backlog: null }], { now: 0, version: '1' });
  expect(JSON.stringify(view)).toContain('systemctl status uccx-doctor-worker@branch');
});

describe.each(names)('%s', name => {
  const settings = settingsOf(readFileSync(join(FOLDER, name), 'utf8'));
  const only = (key: string) => {
    const values = settings.get(key) ?? [];
    expect([key, values.length]).toEqual([key, 1]);
    return values[0] ?? '';
  };

  it('starts a command that there is, with options that it knows', async () => {
    const [program, word, ...words] = only('ExecStart').replaceAll('%i', 'branch').split(' ');
    expect(program).toBe(PROGRAM);
    const named = commands.find(each => each.name === word);
    const command = named && 'load' in named ? await named.load() : named;
    expect(command && parseGiven(command, words).text('config')).toBe('/etc/uccx-doctor/config.yaml');
  });

  it('gives up every right that it does not need', () => {
    const yes = ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'ProtectKernelTunables'];
    for (const key of [
      ...yes,
      'ProtectKernelModules',
      'ProtectControlGroups',
      'RestrictNamespaces',
      'RestrictSUIDSGID',
    ])
      expect([key, only(key)]).toEqual([key, 'yes']);
    expect(only('ProtectSystem')).toBe('strict');
    expect(only('CapabilityBoundingSet')).toBe('');
    expect(only('User')).toBe('uccx-doctor');
    expect(readFileSync(join(FOLDER, 'uccx-doctor.sysusers.conf'), 'utf8')).toMatch(/^u uccx-doctor /m);
  });

  it('is given longer to end than a worker needs, and is not started again with a file that it cannot use', () => {
    expect(Number(only('TimeoutStopSec'))).toBeGreaterThan(25); // as long as `start` waits for its parts
    expect([only('Restart'), only('RestartPreventExitStatus')]).toEqual(['always', '64']);
  });
});

const hasAnalyze = await exec('systemd-analyze', ['--version']).then(
  () => true,
  () => false,
);
describe.skipIf(!hasAnalyze)('as systemd itself reads them (where systemd-analyze is installed)', () => {
  let folder: string;
  const files: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uccx-systemd-'));
    for (const name of names) {
      // verify wants the program to be there
      const text = (await readFile(join(FOLDER, name), 'utf8')).replace(PROGRAM, process.execPath);
      files.push(join(folder, name.replace('@.', '@branch.')));
      await writeFile(files.at(-1) ?? '', text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('there is nothing to complain of', async () => {
    const { stdout, stderr } = await exec('systemd-analyze', ['verify', '--man=no', ...files]);
    expect([stdout, stderr]).toEqual(['', '']);
  });

  it('they are exposed to little', async () => {
    for (const file of files) {
      const { stdout } = await exec('systemd-analyze', ['security', '--offline=yes', '--no-pager', file]);
      const level = Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
      expect([file, level <= 2]).toEqual([file, true]);
    }
  });
});
