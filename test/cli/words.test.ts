import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.js';
import { runCli } from '../../src/cli/run-cli.js';
import { rules } from '../../src/rules/index.js';
import { run } from './run.js';

const canary = 'c4nary-Hunter2';
const example = 'manifests/config.example.yaml';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  await writeFile(
    join(folder, 'bad.yaml'),
    `sites: [{ id: hq, vantages: [uccx-side] }]\ntargets:\n  - kind: uccx-mail\n    mailbox: { user: a, password: ${canary} }\n`,
  );
  await writeFile(join(folder, 'not.json'), canary);
  await writeFile(join(folder, 'other.json'), JSON.stringify({ schema: 2, reports: [] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what is told beside an answer about some targets', () => {
  const mailbox = (id: string) => `
  - kind: uccx-mail
    id: ${id}
    desktop: cad
    agents: 5
    exchange: { servers: [EX01] }
    mailbox: { user: uccx, password: 'env:NOBODY_READS_THIS' }
    imap: { host: mail.test, port: 993, security: tls }
    smtp: { host: mail.test, port: 587, security: starttls }`;
  const about = async (sites: string, ...words: string[]) => {
    await writeFile(
      join(folder, 'two.yaml'),
      `sites: [{ id: hq, vantages: [${sites}] }]\ntargets:${mailbox('one')}${mailbox('two')}\n`,
    );
    const { err } = await run([...words, '--config', 'two.yaml'], { cwd: folder, env: { XDG_STATE_HOME: folder } });
    return [...err.matchAll(/^Warning: two\.yaml:\d+:\d+ (targets\[\d\]\.\w+): /gm)].map(([, path]) => path);
  };

  it.each([
    ['uccx-side', ['targets'], ['targets[0].exchange', 'targets[1].exchange']],
    ['uccx-side', ['fix', 'two'], ['targets[1].exchange']],
    ['uccx-side', ['fix', 'one'], ['targets[0].exchange']],
    ['uccx-side', ['read', 'not.json', '--target', 'two'], ['targets[1].exchange']],
    // where nobody stands concerns every target of the kind, and is told at the first
    ['cuc-side', ['fix', 'two'], ['targets[0].kind', 'targets[1].exchange']],
  ])('a site %s, %j: the warnings of %j', async (sites, words, paths) =>
    expect(await about(sites, ...words)).toEqual(paths),
  );
});

describe('wrong use is 64, and one sentence says what was meant', () => {
  it.each([
    ['chekc', 'There is no command chekc. Did you mean check? «uccx-doctor help» lists them.'],
    ['frobnicate', 'There is no command frobnicate. «uccx-doctor help» lists them.'],
    ['\u001b[2J', 'There is no command ··2J. «uccx-doctor help» lists them.'],
    ['help chekc', 'There is no command chekc. Did you mean check? «uccx-doctor help» lists them.'],
    ['check', 'Which configuration? Add --config FILE, or set UCCX_CONFIG.'],
    ['check --config', '--config wants FILE behind it.'],
    ['check --config --json', '--config wants FILE behind it.'],
    ['check --config=', '--config wants FILE behind it.'],
    ['check --confg FILE', /^check knows no option --confg\. Did you mean --config\? It knows --config, --only, /],
    ['check -x', /^check knows no option -x\. It knows --config/],
    ['check --with', '--with wants FILE… behind it.'],
    [`check --config ${example} --with none.log other.log --json`, 'none.log cannot be read: there is no such file'],
    [`check --config ${example} --with - --json --with -`, '- is given twice; there is one input.'],
    ['check --json=yes', '--json takes no value.'],
    ['check --json --json', '--json is given twice.'],
    [
      `check --config ${example} agent-mial`,
      'I know no target agent-mial. Did you mean agent-mail? The targets are agent-mail, chat-mail, voice-inbox.',
    ],
    [`check --config ${example} agent-mail;ls`, /^I know no target agent-mail;ls\. /],
    [`check --config ${example} --only imapp`, '--only knows imap, smtp, notify, web, not imapp. Did you mean imap?'],
    [`check --config ${example} --only ,`, '--only wants one or more of imap, smtp, notify, web.'],
    [
      `check --config ${example} --site brnach`,
      'There is no site brnach. Did you mean branch? The sites are hq, branch.',
    ],
    [`targets --config ${example} x`, 'targets takes nothing but --config FILE.'],
    ['explain', /^explain wants one rule: /],
    ['explain imap-logn', /^There is no rule imap-logn\. Did you mean imap-login\? The rules are /],
    ['diagnose', 'diagnose wants one file: diagnose FILE.'],
    ['diagnose none.json', 'none.json cannot be read: there is no such file'],
    ['validate', 'validate wants one file: validate FILE.'],
    [`validate ${example} --site hq`, '--site goes with --secrets.'],
    ['validate none.yaml', /none\.yaml cannot be read: there is no such file$/],
  ])('%s', async (words, says) => {
    const { code, out, err } = await run(words.split(' '));
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err.trimEnd()).toEqual(typeof says === 'string' ? says : expect.stringMatching(says));
    expect(err.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['not.json', 'not.json is not JSON\n'],
    ['other.json', 'other.json is no result of check --json or --save that this version understands: see at schema\n'],
  ])('of a saved result: %s', async (name, says) => {
    expect(await run(['diagnose', name], { cwd: folder })).toEqual({ code: 64, out: '', err: says });
  });

  it('of a configuration, every mistake with its line, and no secret', async () => {
    const { code, out, err } = await run(['check', '--config', 'bad.yaml'], { cwd: folder });
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(
      /bad\.yaml:4:\d+ targets\[0\]\.mailbox\.password: expected env:NAME or file:\/path, never the secret itself\n/,
    );
    expect(err).not.toContain(canary);
  });
});

describe('help and version', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j lists every command and the exit codes', async argv => {
    const { code, out, err } = await run(argv);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const word of ['check', 'diagnose', 'validate', 'targets', 'explain', 'version', 'Exit codes: 0 healthy, 1'])
      expect(out).toContain(word);
  });
  it.each([[['help', 'check']], [['check', '--help']], [['check', 'x', '-h']]])(
    '%j tells the options of one',
    async argv => {
      const { code, out } = await run(argv);
      expect(code).toBe(0);
      expect(out).toMatch(/--login-anyway +log in once although this very password was refused before\n/);
    },
  );
  it('the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });
});

it('commands of the composition root stand in the same table', async () => {
  const lab = { name: 'lab', takes: '', summary: 'Start the lab.', options: {}, run: async () => 7 };
  const out: string[] = [];
  const io = {
    stdout: (text: string) => void out.push(text),
    stderr: () => {},
    env: {},
    cwd: '.',
    isTty: false,
    columns: 80,
    signal: new AbortController().signal,
    version: '1',
  };
  expect(await runCli(['lab'], io, [lab])).toBe(7);
  expect(await runCli(['help'], io, [lab])).toBe(0);
  expect(out.join('')).toContain('Start the lab.');
});

it('a fault of ours is 70 and never a verdict', async () => {
  const broken = {
    name: 'broken',
    takes: '',
    summary: '',
    options: {},
    run: () => Promise.reject(new Error('oh\u001b[2J')),
  };
  const err: string[] = [];
  const io = {
    stdout: () => {},
    stderr: (text: string) => void err.push(text),
    env: {},
    cwd: '.',
    isTty: false,
    columns: 80,
    signal: new AbortController().signal,
    version: '1',
  };
  expect(await runCli(['broken'], io, [broken])).toBe(70);
  expect(err.join('')).toContain('This is a fault of uccx-doctor, and no verdict: Error: oh\\u{1b}[2J');
});

it('whoever presses Ctrl-C while a command waits is told so, and of no fault', async () => {
  const signal = AbortSignal.abort('SIGINT');
  const waits: Command = {
    name: 'waits',
    takes: '',
    summary: '',
    options: {},
    run: async (_, io) => io.signal.throwIfAborted() ?? 0,
  };
  expect(await run(['waits'], { signal, more: [waits] })).toEqual({
    code: 2,
    out: '',
    err: 'Stopped before there was an answer.\n',
  });
});

describe('validate', () => {
  it('tells the good of the example', async () => {
    expect(await run(['validate', example])).toEqual({
      code: 0,
      out: `${example}: good; 2 sites, 3 targets. Secrets were not tried (--secrets does).\n`,
      err: '',
    });
  });

  it('tells every mistake on stdout and ends with 64', async () => {
    const { code, out } = await run(['validate', 'bad.yaml'], { cwd: folder });
    expect(code).toBe(64);
    expect(out).toMatch(/^bad\.yaml:3:5 targets\[0\]\.id: is missing; expected text\n/);
    expect(out).toMatch(/\nbad\.yaml: \d+ mistakes\.\n$/);
    expect(out).not.toContain(canary);
  });

  it('as JSON', async () => {
    const { code, out } = await run(['validate', 'bad.yaml', '--json'], { cwd: folder });
    const told = JSON.parse(out);
    expect({ code, told }).toMatchObject({
      code: 64,
      told: { schema: 1, file: 'bad.yaml', good: false, warnings: [], secrets: null },
    });
    expect(told.mistakes).toContainEqual({
      line: 4,
      column: 35,
      path: 'targets[0].mailbox.password',
      says: 'expected env:NAME or file:/path, never the secret itself',
    });
  });

  it('tries the secrets that this machine needs, and prints none', async () => {
    const env = { UCCX_MAIL_PASSWORD: canary, UCCX_REDIS_PASSWORD: canary, SLACK_BOT_TOKEN: canary };
    const all = await run(['validate', example, '--secrets'], { env });
    expect(all).toEqual({
      code: 64,
      out: [
        `${example}: file:/run/secrets/care-mailbox cannot be read: there is no such file`,
        `${example}: env:SLACK_APP_TOKEN is not set in the environment of this process`,
        `${example}: 2 of 5 secrets cannot be had.`,
        '',
      ].join('\n'),
      err: '',
    });
    const branch = await run(['validate', example, '--secrets', '--site', 'branch'], { env });
    expect(branch).toEqual({ code: 0, out: `${example}: good; 2 sites, 3 targets, 2 secrets found.\n`, err: '' });
  });
});

describe('targets and explain', () => {
  it('lists the targets', async () => {
    const { code, out } = await run(['targets'], { env: { UCCX_CONFIG: example } });
    expect(code).toBe(0);
    for (const id of ['agent-mail (Customer care mailbox)', 'chat-mail', 'voice-inbox']) expect(out).toContain(id);
  });

  it.each(rules.map(({ id, asks }) => [id, asks]))('explains %s', async (id, asks) => {
    const { code, out } = await run(['explain', id]);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain(asks.replace(/\s+/g, ' '));
  });
});
