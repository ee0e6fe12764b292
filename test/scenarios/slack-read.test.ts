import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import { type SlackWhole, startSlackWhole } from '../support/slack-whole.js';
import { triedIn } from '../support/tried-in.js';

/** Files that people send to a bot with one target in Slack, and text that they paste: fetched, judged, and no server asked. */
const SETTINGS = readFileSync('test/fixtures/exchange/get-imapsettings-2016.txt', 'utf8').replaceAll('EX16', 'EX01');
const READ = /By files alone: prod/;

let test: SlackWhole;
/** Logins and mails; the agents of the lab have theirs behind them. A connection alone may be that of a stranger on this machine who had the port before. */
const asked = () => {
  const { imap, smtp } = test.lab.counters('prod');
  const tried = triedIn(imap?.accounts);
  return [tried, smtp?.authTried, smtp?.mailFrom];
};
let before: ReturnType<typeof asked>;
beforeAll(async () => {
  test = await startSlackWhole({ scenarios: ['prod'] });
  before = asked();
});
afterAll(() => test?.stop());
const answered = (channel: string, words: RegExp) =>
  test.slack.until(() => test.slack.messages(channel).find(message => words.test(seenIn(message))));

it('a file in a direct message, in one message that becomes the answer', async () => {
  const files = [test.slack.file('imap.txt', SETTINGS)];
  await test.slack.deliver.direct({ user: 'U0RUN', text: 'read prod', more: { subtype: 'file_share', files } });
  const message = await answered(test.slack.directOf('U0RUN'), READ);
  expect(message.versions).toHaveLength(2);
  expect(seenIn(message)).toContain('output of the Exchange Management Shell');
});

it('a file beside a mention, and text below the slash command', async () => {
  const files = [test.slack.file('imap.txt', SETTINGS)];
  await test.slack.deliver.mention({ channel: 'C1', user: 'U0RUN', text: 'prod', more: { files } });
  await answered('C1', READ);
  await test.slack.deliver.command({ channel: 'C2', user: 'U0RUN', text: `read prod\n${SETTINGS}` });
  await answered('C2', READ);
});

it('never takes the token elsewhere, and says why a file was not had', async () => {
  const [file, gone] = [test.slack.file('imap.txt', SETTINGS), test.slack.file('gone.txt', SETTINGS)];
  const files = [
    {
      ...file,
      name: 'elsewhere.txt',
      url_private_download: file.url_private_download.replace('127.0.0.1', 'localhost'),
    },
    { ...gone, url_private_download: gone.url_private_download.replace(gone.id, 'F0NONE') },
  ];
  await test.slack.deliver.mention({ channel: 'C2', user: 'U0OP', text: 'read prod', more: { files } });
  const message = await answered('C2', /elsewhere\.txt: Slack names no address of its own/);
  expect(seenIn(message)).toMatch(
    /gone\.txt: it was not handed out \(status 404\): the Slack app wants the scope files:read/,
  );
  expect(test.slack.calls.filter(({ method }) => method === 'download')).toHaveLength(3);
});

it('a form for what is to be read, and a shortcut on a message, whose finder is authorised anew', async () => {
  const { slack } = test;
  await slack.deliver.command({ channel: 'C2', user: 'U0OP', text: 'read' });
  const form = await slack.until(() => slack.views('U0OP')[0]);
  const before = slack.messages('C2').length;
  await slack.deliver.submit({ view: form, fill: { Files: [slack.file('form.txt', SETTINGS)] } });
  const answer = await slack.until(() =>
    slack
      .messages('C2')
      .slice(before)
      .find(each => READ.test(seenIn(each))),
  );
  expect(seenIn(answer)).toContain('form.txt: output of the Exchange Management Shell');

  // The one target that there is: read at once, below the message.
  const message = { channel: 'C1', callback: 'uccx_read_message', text: SETTINGS, ts: '1763700000.000300' };
  await slack.deliver.shortcut({ ...message, user: 'U0RUN' });
  const below = await slack.until(() => slack.messages('C1').find(({ thread }) => thread === message.ts));
  expect(seenIn(below)).toMatch(READ);
  await slack.deliver.shortcut({ ...message, user: 'U0VIEW' });
  const told = await slack.until(() => slack.toldTo('U0VIEW')[0]);
  expect(seenIn(told)).toMatch(/needs the role runner/);
});

it('asks no server', () => {
  expect(asked()).toEqual(before);
});

it('counts in the check after it, which says so with its age, and no more once it is forgotten', async () => {
  await test.slack.deliver.command({ channel: 'C1', user: 'U0RUN', text: 'check prod' });
  await answered('C1', /With what was read (?:just now|.* ago): pasted/);
  const report = await test.report('prod');
  // What was read of the same server before that gives way to it.
  expect(report?.withRead?.flatMap(({ files }) => files)).toEqual(['pasted']);
  expect(JSON.stringify(report?.verdicts)).toMatch(/from pasted:\d+: MaxConnectionsPerUser 16/);
  await test.slack.deliver.command({ channel: 'C2', user: 'U0RUN', text: 'read prod --forget' });
  await answered('C2', /What was read for prod no longer counts/);
  await test.slack.deliver.command({ channel: 'C1', user: 'U0RUN', text: 'check prod' });
  await expect.poll(async () => (await test.report('prod'))?.run).not.toBe(report?.run);
  expect((await test.report('prod'))?.withRead).toBeUndefined();
});

it('what Slack makes of a long paste: a snippet, of a whole shell window and with a name that says nothing', async () => {
  const shown = ['get-imapsettings-2016', 'get-receiveconnector-2016', 'get-throttlingpolicy-2016-global'].map(name =>
    readFileSync(`test/fixtures/exchange/${name}.txt`, 'utf8').replaceAll('EX16', 'EX01').replaceAll('\r\n', '\n'),
  );
  const pasted = shown.join('\n');
  expect(pasted.length).toBeGreaterThan(3 * 3_000);
  const snippet = { ...test.slack.file('Untitled', pasted), mode: 'snippet', filetype: 'text', editable: true };
  const thread = '1763700000.000700';
  const more = { files: [snippet], thread_ts: thread };
  await test.slack.deliver.mention({ channel: 'C2', user: 'U0RUN', text: 'read prod', more });
  const answer = await test.slack.until(() =>
    test.slack.messages('C2').find(each => each.thread === thread && READ.test(seenIn(each))),
  );
  expect(seenIn(answer)).toMatch(/Untitled: output of the Exchange Management Shell/);
  expect(seenIn(answer)).toMatch(/16 .*(?:sessions|connections)/);
});
