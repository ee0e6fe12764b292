import { afterEach, describe, expect, it } from 'vitest';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import type { LabView } from '../../../src/lab/slack/views.js';
import type { LabMessage } from '../../../src/lab/slack/workspace.js';
import { muteAction } from '../../../src/view/mute-form.js';
import type { Action } from '../../../src/view/view.js';
import { addressIn, resultView, startBot } from './rig.js';

/** U1 may mute branch, U2 nothing. */
const mutable = ({ user }: { user: string }) => (user === 'U1' ? [{ id: 'branch' }] : []);
const explain = (rule: string): Action => ({
  id: `explain-${rule}`,
  label: `Explain ${rule}`,
  command: `/uccx explain ${rule}`,
  rare: true,
});
const actions = [
  ...muteAction(
    [
      { target: 'branch', rule: 'imap-login' },
      { target: 'prod', rule: 'tls-version' },
    ],
    'run',
  ),
  explain('imap-login'),
  explain('tls-version'),
];

let bot: Awaited<ReturnType<typeof startBot>>;
afterEach(() => bot.stop());

const started = async (mode: 'http' | 'socket' = 'http') => {
  const now = Date.now(); // stands still: two clicks are within two seconds however busy the machine is
  bot = await startBot(mode, { mutable, now: () => now });
};
const result = async (thread: string | null = null): Promise<LabMessage> => {
  const before = bot.slack.messages('C1').length;
  await bot.messenger.post(addressIn('C1', { thread }), { ...resultView(), actions });
  return bot.slack.messages('C1')[before] as LabMessage;
};
const press = (message: LabMessage, label: string, user = 'U1') => bot.slack.deliver.click({ user, message, label });
const formOf = (index = 0): Promise<LabView> => bot.slack.until(() => bot.slack.views('U1')[index]);
const asked = async (count = 1): Promise<string[]> => {
  await bot.until(count);
  return bot.asked.map(({ text }) => text);
};

describe.each(['http', 'socket'] as const)('«Mute…», by %s', mode => {
  it('opens a form of what its reader may mute, and comes back as the command, under the message', async () => {
    await started(mode);
    const message = await result('1763700000.000100');
    await press(message, 'Mute…');
    const form = await formOf();
    const choices = form.view.blocks.flatMap(block =>
      block.type === 'input' && block.element.type === 'static_select'
        ? [block.element.options.map(({ text }) => text.text)]
        : [],
    );
    expect(choices[0]).toEqual(['imap-login of branch', 'branch as a whole']); // nothing of prod
    const sent = await bot.slack.deliver.submit({
      view: form,
      fill: { 'For how long': '8 hours', Why: 'the switch\tis <!channel> & *replaced*' },
    });
    expect(sent).toMatchObject({ status: 200, body: mode === 'http' ? '' : '{}' });
    expect(await asked()).toEqual(['/uccx mute branch imap-login 8h because the switch is <!channel> & *replaced*']);
    expect(bot.asked).toMatchObject([
      {
        by: { user: 'U1', channel: 'C1' },
        to: { handle: { channel: 'C1', thread: '1763700000.000100', message: null } },
      },
    ]);
    expect(bot.asked[0]?.fromButton).toBeUndefined();
  });
});

describe('«Mute…»', () => {
  it('opens once, however often it is pressed within two seconds, and a form that is sent twice is one question', async () => {
    await started();
    const message = await result();
    await press(message, 'Mute…');
    await press(message, 'Mute…');
    const form = await formOf();
    await Promise.all([1, 2].map(() => bot.slack.deliver.submit({ view: form, fill: { Why: 'x' } })));
    await bot.until(2);
    expect(new Set(bot.asked.map(({ run }) => run)).size).toBe(1); // which the intake takes once
    expect(bot.slack.views('U1')).toHaveLength(1);
  });

  it('opens for nobody who may mute nothing of it: the intake refuses them, and would mute nothing', async () => {
    await started();
    await press(await result(), 'Mute…', 'U2');
    expect(await asked()).toEqual(['/uccx mute branch 0m because nobody was asked']);
    expect(bot.slack.calls.filter(({ method }) => method === 'views.open')).toEqual([]);
  });

  it('keeps its reader until there is a reason', async () => {
    await started();
    await press(await result(), 'Mute…');
    const form = await formOf();
    const sent = await bot.slack.deliver.submit({ view: form, fill: { Why: ' \t' } });
    expect(JSON.parse(sent.body)).toEqual({ response_action: 'errors', errors: { why: 'This has to be filled in.' } });
    expect(bot.asked).toEqual([]);
  });

  it('where Slack does not show the form, its words go to the intake, which says how to type it', async () => {
    await started();
    bot.slack.faults.set('views.open', { is: 'error', error: 'expired_trigger_id' });
    await press(await result(), 'Mute…');
    expect(await asked()).toEqual(['/uccx mute branch imap-login, prod tls-version, branch, prod']);
  });

  it('is typed, too: a target alone opens the form, anything more goes its way', async () => {
    await started();
    const type = (text: string) => bot.slack.deliver.command({ channel: 'C1', user: 'U1', text });
    await type('mute branch');
    await bot.slack.deliver.submit({ view: await formOf(), fill: { Why: 'x' } });
    await type('mute branch 2h because y');
    await bot.until(2);
    await type('mute list');
    await bot.until(3);
    expect(bot.asked.map(({ text }) => text)).toEqual([
      '/uccx mute branch 2h because x',
      'mute branch 2h because y',
      'mute list',
    ]);
    expect(bot.slack.views('U1')).toHaveLength(1);
  });

  it('sent by somebody of another workspace is not taken', async () => {
    await started();
    await press(await result(), 'Mute…');
    await bot.slack.deliver.submit({ view: await formOf(), fill: { Why: 'x' }, user: 'UEXT' });
    await bot.slack.until(() => bot.slack.toldTo('U1').find(told => /Only people of the workspace/.test(seenIn(told))));
    expect(bot.asked).toEqual([]);
  });

  it('whose memory was tampered with is no form of ours', async () => {
    await started();
    await press(await result(), 'Mute…');
    const form = await formOf();
    const memory = JSON.parse(form.view.private_metadata ?? '');
    for (const private_metadata of ['{}', 'x', JSON.stringify({ ...memory, respond: { url: 'x' } })])
      await bot.slack.deliver.submit({
        view: { ...form, view: { ...form.view, private_metadata } },
        fill: { Why: 'x' },
      });
    await bot.slack.deliver.submit({ view: form, fill: { Why: 'y' } });
    expect(await asked()).toEqual(['/uccx mute branch imap-login 2h because y']);
  });
});

it('a line of the menu asks its words; two of them within two seconds are two questions, one twice is one', async () => {
  await started();
  const message = await result();
  await press(message, 'Explain imap-login');
  await press(message, 'Explain imap-login');
  await press(message, 'Explain tls-version', 'U2');
  await press(message, 'Explain tls-version');
  await bot.until(3);
  expect(bot.asked.map(({ by, text, fromButton }) => [by.user, text, fromButton])).toEqual([
    ['U1', '/uccx explain imap-login', true],
    ['U2', '/uccx explain tls-version', true],
    ['U1', '/uccx explain tls-version', true],
  ]);
});
