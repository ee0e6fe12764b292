import { afterEach, describe, expect, it } from 'vitest';
import { makeUnanswered } from '../../../src/chat/unanswered.js';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import type { LabView } from '../../../src/lab/slack/views.js';
import { memoryStore } from '../../../src/store/memory/memory-store.js';
import { startBot } from './rig.js';

const TARGETS = [{ id: 'prod', title: 'Customer care' }, { id: 'branch' }];
const CALLBACK = 'uccx_read_message';
let bot: Awaited<ReturnType<typeof startBot>>;
afterEach(() => bot.stop());

const formOf = (user = 'U1'): Promise<LabView> => bot.slack.until(() => bot.slack.views(user)[0]);
const askedText = async (): Promise<string | undefined> => {
  await bot.until(1);
  return bot.asked[0]?.text;
};
const fieldsOf = ({ view }: LabView) =>
  view.blocks.map(block => (block.type === 'input' ? block.label.text : block.elements.map(({ text }) => text).join()));

describe.each(['http', 'socket'] as const)('the form, by %s', mode => {
  it('opens for read with nothing below it, and comes back as what was typed and dropped', async () => {
    bot = await startBot(mode, { readable: () => TARGETS });
    const { responseUrl } = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    const form = await formOf();
    expect(fieldsOf(form)).toEqual(['Target', 'Text', 'Files']);
    const files = [bot.slack.file('imap.txt', 'x'), { ...bot.slack.file('Untitled', 'y'), mode: 'snippet' }];
    const sent = await bot.slack.deliver.submit({
      view: form,
      fill: { Target: 'prod (Customer care)', Text: 'a < b\n  c', Files: files },
    });
    expect(sent).toMatchObject({ status: 200, body: mode === 'http' ? '' : '{}' });
    expect(await askedText()).toBe('read prod\na < b\n  c');
    expect(bot.asked).toMatchObject([
      {
        by: { platform: 'slack', user: 'U1', channel: 'C1' },
        to: { handle: { channel: 'C1', thread: null, respond: { url: responseUrl, spent: 0 } } },
        files: [{ name: 'imap.txt' }, { name: 'Untitled' }],
      },
    ]);
    const snippet: Buffer[] = [];
    for await (const part of bot.asked[0]?.files?.[1]?.open(AbortSignal.timeout(5_000), 100) ?? []) snippet.push(part);
    expect(Buffer.concat(snippet).toString()).toBe('y');
  });

  it('opens on a message that may be of several targets, with its files and its text', async () => {
    bot = await startBot(mode, { readable: () => TARGETS });
    const file = bot.slack.file('jetty.log', 'log');
    await bot.slack.deliver.shortcut({
      channel: 'C1',
      user: 'U1',
      callback: CALLBACK,
      text: 'Server : EX01\nMaxConnectionsPerUser : 16 &lt;here&gt;',
      files: [file],
      ts: '1763700000.000200',
    });
    const form = await formOf();
    expect(fieldsOf(form)).toEqual(['Target', 'Text', 'Of the message: jetty.log']);
    await bot.slack.deliver.submit({ view: form, fill: { Target: 'branch' } });
    expect(await askedText()).toBe('read branch\nServer : EX01\nMaxConnectionsPerUser : 16 <here>');
    expect(bot.asked[0]?.to).toMatchObject({ handle: { channel: 'C1', thread: '1763700000.000200' } });
    const [asked] = bot.asked[0]?.files ?? [];
    const parts: Buffer[] = [];
    for await (const part of asked?.open(AbortSignal.timeout(5_000), 100) ?? []) parts.push(part);
    expect([asked?.name, Buffer.concat(parts).toString()]).toEqual(['jetty.log', 'log']);
  });
});

describe('the form', () => {
  it('keeps its reader until there is something to read', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read branch' });
    const form = await formOf();
    const sent = await bot.slack.deliver.submit({ view: form, fill: { Text: ' \n' } });
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { 'text-0': 'Paste something here, or add a file below.' },
    });
    await bot.slack.deliver.submit({ view: form, fill: { Text: 'x' } });
    expect(await askedText()).toBe('read branch\nx');
    expect(bot.asked).toHaveLength(1);
  });

  it.each([
    ['a target that is not theirs', 'read nobodys', 'read nobodys'],
    ['text below it', 'read prod\nx', 'read prod\nx'],
    ['a flag', 'read prod --forget', 'read prod --forget'],
    ['another command', 'reads', 'reads'],
  ])('does not open for %s', async (_, text, asked) => {
    bot = await startBot('http', { readable: () => TARGETS });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text });
    expect(await askedText()).toBe(asked);
    expect(bot.slack.calls.filter(({ method }) => method === 'views.open')).toEqual([]);
  });

  it('opens for nobody who may have nothing read, and where Slack does not show it the intake answers', async () => {
    bot = await startBot('http', { readable: ({ user }) => (user === 'U1' ? TARGETS : []) });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U2', text: 'read' });
    await bot.until(1);
    bot.slack.faults.set('views.open', { is: 'error', error: 'expired_trigger_id' });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    await bot.until(2);
    expect(bot.asked.map(({ by, text }) => [by.user, text])).toEqual([
      ['U2', 'read'],
      ['U1', 'read'],
    ]);
  });

  it('keeps nobody waiting: the command is acknowledged while Slack has not opened it yet', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    let open = () => {};
    const until = new Promise<void>(resolve => {
      open = resolve;
    });
    bot.slack.faults.set('views.open', { is: 'held', until, times: 1 });
    const { status } = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    expect([status, bot.slack.views('U1')]).toEqual([200, []]);
    open();
    await formOf();
  });

  it('opens once, however often the command is delivered', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    bot.slack.faults.deliverTimes(3);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    await formOf();
    bot.slack.faults.deliverTimes(1);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'help' });
    expect(await askedText()).toBe('help');
    expect(bot.slack.views('U1')).toHaveLength(1);
  });

  it('of somebody of another workspace is not taken', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    await bot.slack.deliver.submit({ view: await formOf(), fill: { Text: 'x' }, user: 'UEXT' });
    await bot.slack.until(() => bot.slack.toldTo('U1').find(told => /Only people of the workspace/.test(seenIn(told))));
    expect(bot.asked).toEqual([]);
  });
});

describe('the shortcut on a message', () => {
  it('is read at once where only one target can be meant; a remark beside a file is not', async () => {
    bot = await startBot('http', { readable: () => [{ id: 'prod' }] });
    const files = [bot.slack.file('a.log', 'x')];
    await bot.slack.deliver.shortcut({ channel: 'C1', user: 'U1', callback: CALLBACK, text: 'look at this', files });
    expect(await askedText()).toBe('read prod');
    expect(bot.asked[0]?.files?.map(({ name }) => name)).toEqual(['a.log']);
    await bot.slack.deliver.shortcut({ channel: 'C1', user: 'U1', callback: CALLBACK, text: 'MaxConnections : 5' });
    await bot.until(2);
    expect(bot.asked[1]?.text).toBe('read prod\nMaxConnections : 5');
  });

  it('has room for a long message in several fields', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    const text = Array.from({ length: 120 }, (_, line) => `line ${line} ${'x'.repeat(60)}`).join('\n');
    await bot.slack.deliver.shortcut({ channel: 'C1', user: 'U1', callback: CALLBACK, text });
    const form = await formOf();
    expect(fieldsOf(form).filter(label => label.startsWith('Text'))).toHaveLength(3);
    await bot.slack.deliver.submit({ view: form, fill: {} });
    expect(await askedText()).toBe(`read\n${text}`);
  });

  it('of another app is not heard', async () => {
    bot = await startBot('http', { readable: () => TARGETS });
    await bot.slack.deliver.shortcut({ channel: 'C1', user: 'U1', callback: 'other', text: 'a\nb' });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'help' });
    expect(await askedText()).toBe('help');
    expect(bot.asked).toHaveLength(1);
  });
});

describe.each(['http', 'socket'] as const)('what was acknowledged and could not be answered, by %s', mode => {
  const started = async (targets: typeof TARGETS) => {
    const { inbox } = memoryStore({ now: Date.now });
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const unanswered = makeUnanswered({ inbox, owner: 'a', isOpen: async () => true, log, laterMs: 20 });
    let asked = 0;
    const work = async () => (asked++ === 0 ? 'open' : 'done');
    bot = await startBot(mode, { readable: () => targets, unanswered, work });
    unanswered.start();
    return { inbox, stop: () => unanswered.stop() };
  };
  const soon = { timeout: 30_000 };

  it('is a form: it is asked again until it is, as it was filled in', async () => {
    const { inbox, stop } = await started(TARGETS);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    await bot.slack.deliver.submit({ view: await formOf(), fill: { Target: 'branch', Text: 'words' } });
    await bot.until(2);
    expect(bot.asked.map(({ text }) => text)).toEqual(['read branch\nwords', 'read branch\nwords']);
    await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    stop();
  });

  it('is a message that was chosen for reading', async () => {
    const { inbox, stop } = await started(TARGETS.slice(0, 1));
    await bot.slack.deliver.shortcut({ channel: 'C1', user: 'U1', callback: CALLBACK, text: 'one\ntwo' });
    await bot.until(2);
    expect(bot.asked.map(({ text }) => text)).toEqual(['read prod\none\ntwo', 'read prod\none\ntwo']);
    await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    stop();
  });

  it('is a command whose form Slack did not show', async () => {
    const { inbox, stop } = await started(TARGETS);
    bot.slack.faults.set('views.open', { is: 'rate-limited', retryAfterSec: 60 });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    await bot.until(2);
    expect(bot.asked.map(({ text }) => text)).toEqual(['read', 'read']);
    await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    stop();
  });

  it('is no form that lacks something: that is told in it, and kept nowhere', async () => {
    const { inbox, stop } = await started(TARGETS);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'read' });
    const sent = await bot.slack.deliver.submit({ view: await formOf(), fill: {} });
    expect(sent.body).toContain('response_action');
    await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    expect(bot.asked).toEqual([]);
    stop();
  });
});
