import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import { PROGRAM } from '../support/program.js';
import { dumpOf, type SlackWhole, startSlackWhole } from '../support/slack-whole.js';

/**
 * Canaries: every secret that bot and worker hold, in each form in which it travels, is looked for in everything that they leave
 * behind, after a day on which much goes wrong: refusals, an echoing server, a sick Slack, forged requests.
 */
const SCENARIOS = ['prod', 'bad-password', 'hostile-banner', 'starttls-required'];
let test: SlackWhole;
let logs = '';
let start: ChildProcess;
beforeAll(async () => {
  test = await startSlackWhole({ scenarios: SCENARIOS });
  await test.whole().stop();
  // Again as a user starts it, with everything that it says caught.
  start = spawn(process.execPath, [PROGRAM, 'start', '--config', test.file], {
    env: { ...test.env, UCCX_LOG: 'trace' },
  });
  for (const stream of [start.stdout, start.stderr]) stream?.on('data', chunk => (logs += String(chunk)));
  await vi.waitFor(() => expect(logs.match(/(?:bot|worker) is ready/g)).toHaveLength(2), { timeout: 120_000 });
});
afterAll(async () => {
  const ended = new Promise(done => start.once('exit', done));
  start.kill('SIGTERM');
  await ended;
  await test.stop();
});

const check = async (channel: string, text: string): Promise<void> => {
  test.slack.addChannel(channel);
  await test.slack.deliver.command({ channel, user: 'U0OP', text });
  await test.answer(channel);
};

const canaries = async (): Promise<Record<string, string>> => {
  const { slack } = test;
  const held: Record<string, string> = {
    'bot token': slack.botToken,
    'app token': slack.appToken,
    'signing secret': slack.signingSecret,
  };
  for (const target of test.lab.targets) {
    if (target.kind !== 'uccx-mail') continue;
    const password = await readFile(String(target.mailbox.password).slice('file:'.length), 'utf8');
    const { user } = target.mailbox;
    held[`password of ${target.id}`] = password;
    held[`password of ${target.id} in base64`] = Buffer.from(password).toString('base64').replace(/=+$/, '');
    held[`SASL PLAIN of ${target.id}`] = Buffer.from(`\0${user}\0${password}`).toString('base64').replace(/=+$/, '');
  }
  return held;
};

it('no secret is left anywhere', { timeout: 300_000 }, async () => {
  for (const id of SCENARIOS) await check(`C0${id.toUpperCase()}`, `check ${id}`);
  await check('C0ANYWAY', 'check hostile-banner --login-anyway --only imap');
  test.slack.faults.set('chat.update', { is: 'reset', times: 1 });
  await check('C0SICK', 'check prod');
  test.slack.faults.set('files.getUploadURLExternal', { is: 'error', error: 'missing_scope', times: 1 });
  await check('C0SCOPE', 'check hostile-banner'); // its answer brings a file
  expect((await fetch(test.url, { method: 'POST', body: `token=${test.slack.signingSecret}` })).status).toBe(401);
  const cli = ['check', '--config', test.file, '--save', join(test.folder, 'saved.json'), '--json', ...SCENARIOS];
  const printed = await promisify(execFile)(process.execPath, [PROGRAM, ...cli], { env: test.env }).catch(
    error => error,
  );

  const dump = [...(await dumpOf(test))].flat().join('\n');
  const messages = [
    'C0PROD',
    'C0BAD-PASSWORD',
    'C0HOSTILE-BANNER',
    'C0STARTTLS-REQUIRED',
    'C0ANYWAY',
    'C0SICK',
    'C0SCOPE',
  ]
    .flatMap(channel => test.slack.messages(channel))
    .map(message => `${JSON.stringify(message)}\n${seenIn(message)}`)
    .join('\n');
  const places: Record<string, string> = {
    Redis: dump,
    'the append-only file of Redis': await everythingIn(await redisFolder()),
    'messages in Slack': messages,
    logs,
    'saved reports': JSON.stringify(await Promise.all(SCENARIOS.map(test.report))),
    'the command line': `${printed.stdout}\n${printed.stderr}`,
    'its saved file': await readFile(join(test.folder, 'saved.json'), 'utf8'),
  };
  // Each place holds what it is for, or nothing could be found in it.
  for (const place of [
    'Redis',
    'the append-only file of Redis',
    'messages in Slack',
    'saved reports',
    'its saved file',
  ])
    expect.soft(places[place], place).toContain('AUTHENTICATE PLAIN [credentials]');
  expect.soft(logs).toMatch(/does not come from Slack/);
  expect.soft(logs).toMatch(/Slack did not answer|files:write/);
  expect.soft(messages).toContain('you said ****');
  for (const [name, secret] of Object.entries(await canaries())) {
    expect(secret.length).toBeGreaterThan(10);
    for (const [place, content] of Object.entries(places))
      expect.soft(content.includes(secret), `${name} in ${place}`).toBe(false);
  }
});

const redisFolder = async (): Promise<string> => {
  const [, folder] = (await (await test.redis.connect('worker')).config('GET', 'dir')) as string[];
  return String(folder);
};

const everythingIn = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(file => readFile(file, 'latin1')))).join('\n');
};
