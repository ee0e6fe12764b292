import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { commands } from '../../src/bin/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { keyFolderOf, openKeyRing } from '../../src/config/key-ring.js';
import { loadConfig } from '../../src/config/load.js';
import { secretsFrom } from '../../src/config/secrets.js';
import type { Party } from '../../src/signing/signed.js';
import { makeSigning } from '../../src/signing/signing.js';

const sites = ['hq', 'branch'].map(id => ({ id, vantages: ['exchange-side'] }));
const inbox = {
  kind: 'cuc-single-inbox',
  id: 'voice',
  exchange: { servers: ['MBX01'], version: '2016' },
  cuc: { host: 'cuc.contoso.example' },
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (words: string, { keys = 'one', config = {}, env = {} as Record<string, string> } = {}) => {
  const [out, err]: [string[], string[]] = [[], []];
  const file = join(folder, 'config.yaml');
  await writeFile(file, stringify({ sites, targets: [inbox], ...config }));
  const io = {
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
    env: { UCCX_KEYS: join(folder, keys), ...env },
    cwd: folder,
    isTty: false,
    columns: 100,
    signal: new AbortController().signal,
    version: '1.2.3',
  };
  const code = await runCli(['keys', ...words.split(' '), '--config', file], io, commands);
  return { code, out: out.join(''), err: err.join('') };
};
/** As a process that runs there has it. */
const ringOf = async (keys: string, signs: Party[], env: Record<string, string> = {}) => {
  const { config } = await loadConfig({ file: join(folder, 'config.yaml'), env: {} });
  const all = { UCCX_KEYS: join(folder, keys), ...env };
  return openKeyRing({ config, secrets: secretsFrom(all), folder: keyFolderOf(config, all, folder), signs });
};
const purpose = { is: 'probe order', id: 'x' };

it('on one machine makes what is missing, for this user alone, and changes nothing of what is there', async () => {
  expect((await run('show')).code).toBe(1);
  const { code, out } = await run('create');
  expect(code).toBe(0);
  expect(out.match(/: made, /g)).toHaveLength(3);
  const before = await readFile(join(folder, 'one', 'bot.key'), 'utf8');
  expect((await run('create')).out.match(/: there already, /g)).toHaveLength(3);
  expect(await readFile(join(folder, 'one', 'bot.key'), 'utf8')).toBe(before);
  expect((await stat(join(folder, 'one', 'bot.key'))).mode & 0o777).toBe(0o600);
  const shown = await run('show');
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/^bot: signs here with (\S+); accepted: \1$/m);
  expect(shown.out).not.toContain('PRIVATE');
});

it('gives each party what it needs and no private key of another', async () => {
  expect((await run('create --out given')).code).toBe(0);
  expect((await readdir(join(folder, 'given', 'bot'))).sort()).toEqual([
    ...['bot.key', 'bot.pub', 'site-branch.pub', 'site-hq.pub'],
  ]);
  expect((await readdir(join(folder, 'given', 'site-branch'))).sort()).toEqual([
    ...['bot.pub', 'site-branch.key', 'site-branch.pub'],
  ]);
  const bot = makeSigning('bot', await ringOf('given/bot', ['bot']));
  const branch = makeSigning('site-branch', await ringOf('given/site-branch', ['site-branch']));
  const order = bot.sign(purpose, 'look');
  expect((await branch.open('bot', purpose, order)).is).toBe('good');
  expect((await bot.open('site-branch', purpose, branch.sign(purpose, 'seen'))).is).toBe('good');
});

describe('a key is changed', () => {
  it('without a moment at which something that is signed does not count, and without a restart', async () => {
    await run('create --out turn');
    const [here, there] = ['turn/site-branch', 'turn/bot'];
    const before = (await run('show', { keys: here })).out;
    const [worker, bot] = [await ringOf(here, ['site-branch']), await ringOf(there, ['bot'])];
    const [branch, reader] = [makeSigning('site-branch', worker), makeSigning('bot', bot)];
    const counts = async () => (await reader.open('site-branch', purpose, branch.sign(purpose, 'seen'))).is;
    const old = branch.sign(purpose, 'seen');

    const next = await run('next --for branch', { keys: here });
    const line = /^ {3}(ed25519:\S+ (\S+))$/m.exec(next.out);
    expect(before).not.toContain(line?.[2]);
    expect(await counts()).toBe('good');
    const file = join(folder, there, 'site-branch.pub');
    await writeFile(file, `${line?.[1]}\n${await readFile(file, 'utf8')}`);
    expect((await run('switch --for branch', { keys: here })).out).toContain(`signs with ${line?.[2]}`);
    await worker.refresh();
    expect(worker.own('site-branch')?.id).toBe(line?.[2]);
    expect(await counts()).toBe('good');
    expect((await reader.open('site-branch', purpose, old)).is).toBe('good');

    const gone = await run(`forget ${old.key} --for branch`, { keys: there });
    expect(gone).toMatchObject({ code: 0, err: '' });
    const fresh = makeSigning('bot', await ringOf(there, ['bot']));
    expect(await fresh.open('site-branch', purpose, old)).toMatchObject({ is: 'refused', why: 'unknown-key' });
  });

  it.each([
    ['switch --for branch', /There is no next key of a worker of branch/],
    ['next', /Whose key\? Add --for bot, or --for SITE/],
    ['next --for lab', /--for wants bot or a site of the configuration: hq, branch/],
    ['forget nokey --for bot', /bot\.pub in .* holds no key nokey/],
    ['turn', /keys knows create, show, next, switch and forget/],
  ])('%s is wrong use', async (words, says) => {
    expect(await run(words)).toMatchObject({ code: 64, err: expect.stringMatching(says) });
  });
});

it('keys may be named by reference, in the file or the environment', async () => {
  await run('create --out named');
  const pem = await readFile(join(folder, 'named', 'bot', 'bot.key'), 'utf8');
  const text = (await readFile(join(folder, 'named', 'bot', 'site-branch.pub'), 'utf8')).split(' ')[0] as string;
  const hq = join(folder, 'named', 'bot', 'site-hq.pub');
  const signing = {
    bot: { key: 'env:BOT_KEY' },
    sites: [
      { id: 'branch', accept: [text] },
      { id: 'hq', accept: [`file:${hq}`] },
    ],
  };
  const { code, out } = await run('show', { keys: 'nowhere', config: { signing }, env: { BOT_KEY: pem } });
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^site-hq: its private key is not here; accepted: [0-9a-f]{16}$/m),
  });
  const ring = await ringOf('nowhere', ['bot'], { BOT_KEY: pem });
  expect([ring.made, ring.accepted('site-branch')[0]?.text]).toEqual([[], text]);
});

it.each([
  [
    'a private key in the place of a public one',
    { bot: { accept: ['-----BEGIN PRIVATE KEY-----s3cr3t'] } },
    /expected ed25519:/,
  ],
  ['a site that there is not', { sites: [{ id: 'lab', accept: ['file:x'] }] }, /no site has this id/],
])('%s is told, without what stands there', async (_, signing, says) => {
  const { code, err } = await run('show', { config: { signing } });
  expect({ code, err }).toEqual({ code: 64, err: expect.stringMatching(says) });
  expect(err).not.toContain('s3cr3t');
});

it('a file that holds no keys is named with its line', async () => {
  await run('create --out odd');
  await writeFile(join(folder, 'odd', 'bot', 'site-hq.pub'), '# of hq\nssh-ed25519 AAAA\n');
  expect(await run('show', { keys: 'odd/bot' })).toMatchObject({
    code: 64,
    err: expect.stringMatching(/site-hq\.pub: line 2 is no public key/),
  });
});
