import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handleOf } from '../../../src/chat/slack/address.js';
import { slackMessenger } from '../../../src/chat/slack/messenger.js';
import { MessengerBusyError, MessengerRefusedError } from '../../../src/intake/ports.js';
import { type LabSlack, seenIn, startSlack } from '../../../src/lab/slack/start-slack.js';
import { text } from '../../../src/view/view.js';
import { messengerContract } from '../../contract/messenger.js';
import { addressIn, configOf, keptLog, resultView, runningView, secretsOf, section } from './rig.js';

/** One pixel; not all of its bytes are text. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
let slack: LabSlack;
let time = Date.now();
const clock = { now: () => time };
const make = async () => {
  time = Date.now();
  slack = await startSlack({ now: clock.now });
  slack.addChannel('C1');
  slack.addChannel('C2', { botIsMember: false });
  slack.addUser('U1');
  const log = keptLog();
  const messenger = slackMessenger({ config: configOf(slack, 'http'), secrets: secretsOf(slack), clock, log });
  return { messenger, log };
};

messengerContract('Slack', async () => {
  const { messenger } = await make();
  return {
    messenger,
    address: () => addressIn('C1'),
    seen: async () => slack.messages('C1').map(seenIn),
    told: async () => slack.toldTo('U1').map(seenIn),
    remove: async at => slack.remove('C1', String(handleOf(at).message)),
    overload: ms => slack.faults.set('*', { is: 'rate-limited', retryAfterSec: ms / 1000 }),
    forbid: () => slack.faults.set('*', { is: 'error', error: 'account_inactive' }),
    stop: () => slack.stop(),
  };
});

describe('the Slack messenger', () => {
  let rig: Awaited<ReturnType<typeof make>>;
  beforeEach(async () => {
    rig = await make();
  });
  afterEach(() => slack.stop());

  const long = section({ detail: true, title: 'Conversation', lines: [text('x'.repeat(3_000))] });

  describe('when Slack is ill', () => {
    it.each([
      { name: '429', fault: { is: 'rate-limited', retryAfterSec: 23 }, waits: 23_000 },
      { name: '503', fault: { is: 'status', status: 503 }, waits: null },
      { name: 'a reset connection', fault: { is: 'reset' }, waits: null },
      { name: 'a page of a proxy', fault: { is: 'error', error: '<html>Login' }, waits: null },
      { name: 'its own internal error', fault: { is: 'error', error: 'internal_error' }, waits: null },
      { name: 'no answer', fault: { is: 'hang' }, waits: null },
    ] as const)('$name is busy, at once', async ({ fault, waits }) => {
      slack.faults.set('chat.postMessage', fault);
      const began = Date.now();
      const error = await rig.messenger.post(addressIn('C1'), runningView).catch(thrown => thrown);
      expect(error).toBeInstanceOf(MessengerBusyError);
      expect(error.retryAfterMs).toBe(waits);
      expect(Date.now() - began).toBeLessThan(20_000);
      expect(slack.calls).toHaveLength(1); // nothing sleeps and tries again inside
    });

    it.each(['invalid_auth', 'missing_scope', 'account_inactive'])('%s is refused', async error => {
      slack.faults.set('*', { is: 'error', error });
      const thrown = await rig.messenger.post(addressIn('C1'), runningView).catch(reason => reason);
      expect(thrown).toBeInstanceOf(MessengerRefusedError);
      expect(thrown.facts).toMatchObject({ code: error, method: 'chat.postMessage' });
      expect(JSON.stringify([thrown.message, thrown.facts])).not.toContain(slack.botToken);
    });

    it('sends plain words where Slack finds the blocks wrong', async () => {
      slack.faults.set('chat.postMessage', { is: 'error', error: 'invalid_blocks', times: 1 });
      await rig.messenger.post(addressIn('C1'), resultView());
      expect(slack.messages('C1').map(seenIn)).toEqual([
        'branch: healthy. 12 questions asked, nothing wrong was seen.',
      ]);
    });
  });

  describe('in a thread', () => {
    it('answers there, with its file', async () => {
      const at = await rig.messenger.post(addressIn('C1', { thread: '1700000000.000100' }), runningView);
      await rig.messenger.edit(at, resultView(long));
      const [answer, file] = slack.messages('C1');
      expect([answer?.thread, file?.thread]).toEqual(['1700000000.000100', '1700000000.000100']);
      expect(file?.file?.name).toBe('uccx-branch.txt');
      expect(file?.file?.content).toContain('x'.repeat(3_000));
    });
  });

  describe('with a picture', () => {
    const picture = { name: 'uccx-history-prod.png', png: PNG, alt: 'prod over 7 days: 99.20 % available.', spark: [] };

    it('shows it under the message, byte for byte, with words for who does not see it', async () => {
      const at = await rig.messenger.post(addressIn('C1'), { ...resultView(), picture });
      const [answer, shown] = slack.messages('C1');
      expect([shown?.thread, shown?.file?.name, shown?.file?.title]).toEqual([
        answer?.ts,
        picture.name,
        'prod over 7 days: 99.20 % available.',
      ]);
      expect(shown?.file?.bytes.toString('base64')).toBe(PNG);
      expect(handleOf(at).message).toBe(answer?.ts);
    });

    it('is told aside without it', async () => {
      await rig.messenger.tell(addressIn('C1'), { ...resultView(), picture });
      expect(slack.messages('C1').filter(({ file }) => file)).toEqual([]);
      expect(slack.toldTo('U1')).toHaveLength(1);
    });

    it('tells the answer although the app may not upload', async () => {
      slack.faults.set('files.getUploadURLExternal', { is: 'error', error: 'missing_scope' });
      await rig.messenger.post(addressIn('C1'), { ...resultView(), picture });
      expect(slack.messages('C1').map(seenIn).join()).toContain(resultView().headline);
      expect(rig.log.lines.join()).toMatch(/files:write/);
    });
  });

  describe('with a file', () => {
    it('puts it under the message, and never while a check runs', async () => {
      const at = await rig.messenger.post(addressIn('C1'), { ...runningView, sections: [long] });
      expect(slack.messages('C1')).toHaveLength(1);
      await rig.messenger.edit(at, resultView(long));
      const [answer, file] = slack.messages('C1');
      expect(file?.thread).toBe(answer?.ts);
      expect(seenIn(answer as never)).toContain('is in the file uccx-branch.txt in this thread.');
    });

    it('puts it there though Slack asks for a moment', async () => {
      slack.faults.set('files.getUploadURLExternal', { is: 'rate-limited', retryAfterSec: 1, times: 1 });
      await rig.messenger.post(addressIn('C1'), resultView(long));
      const [answer, file] = slack.messages('C1');
      expect(file?.thread).toBe(answer?.ts);
      expect(seenIn(answer as never)).not.toContain('could not be attached');
    });

    it('says so where the app may not upload, and the result stands, though Slack asks for a moment', async () => {
      slack.faults.set('files.getUploadURLExternal', { is: 'error', error: 'missing_scope' });
      slack.faults.set('chat.update', { is: 'rate-limited', retryAfterSec: 1, times: 1 });
      await rig.messenger.post(addressIn('C1'), resultView(long));
      const [answer, ...more] = slack.messages('C1');
      expect(more).toEqual([]);
      expect(seenIn(answer as never)).toContain('could not be attached');
      expect(rig.log.lines.join()).toMatch(/files:write/);
    });

    it('does not post a second message because the upload is slow to come', async () => {
      slack.faults.set('upload', { is: 'status', status: 503 });
      await rig.messenger.post(addressIn('C1'), resultView(long));
      expect(slack.messages('C1')).toHaveLength(1);
    });

    it('lets an edit be tried again whose upload was asked to wait', async () => {
      const at = await rig.messenger.post(addressIn('C1'), runningView);
      slack.faults.set('files.completeUploadExternal', { is: 'rate-limited', retryAfterSec: 2, times: 1 });
      await expect(rig.messenger.edit(at, resultView(long))).rejects.toMatchObject({ retryAfterMs: 2_000 });
      await rig.messenger.edit(at, resultView(long));
      expect(slack.messages('C1').map(({ via }) => via)).toEqual(['api', 'file']);
    });
  });

  describe('where the bot is no member', () => {
    const asked = async () => {
      const { responseUrl } = await commandIn('C2');
      return addressIn('C2', { respond: { url: responseUrl, since: new Date(time).toISOString(), spent: 0 } });
    };
    // Nobody listens to the command itself here: what counts is the way back that it opened.
    const commandIn = async (channel: string) => {
      slack.deliver.to({ is: 'http', url: `${slack.apiUrl}nobody` });
      const { responseUrl } = await slack.deliver.command({ channel, user: 'U1', text: 'check' });
      slack.calls.length = 0;
      return { responseUrl: String(responseUrl) };
    };

    it('answers by the way back: one message, edited, within five posts however often progress is told', async () => {
      let at = await rig.messenger.post(await asked(), runningView);
      for (let probe = 1; probe <= 9; probe += 1)
        at = await rig.messenger.edit(at, { ...runningView, headline: `Checking branch … ${probe} of 9` });
      await rig.messenger.edit(at, resultView());
      const messages = slack.messages('C2');
      expect(messages).toHaveLength(1);
      expect(messages[0]?.versions.map(({ text: words }) => words)).toEqual([
        'Checking branch …',
        'Checking branch … 1 of 9',
        'Checking branch … 2 of 9',
        'branch: healthy. 12 questions asked, nothing wrong was seen.',
      ]);
    });

    it('keeps the post for the result even when the caller holds on to the first address', async () => {
      const first = await rig.messenger.post(await asked(), runningView);
      for (let probe = 1; probe <= 9; probe += 1) await rig.messenger.edit(first, runningView);
      await rig.messenger.edit(first, resultView());
      expect(slack.messages('C2')[0]?.versions).toHaveLength(4);
      expect(seenIn(slack.messages('C2')[0] as never)).toContain('healthy');
    });

    it('brings the result in a direct message once thirty minutes are over', async () => {
      const at = await rig.messenger.post(await asked(), runningView);
      time += 31 * 60_000;
      await rig.messenger.edit(at, resultView());
      expect(slack.messages(slack.directOf('U1')).map(seenIn)).toEqual([expect.stringContaining('branch: healthy')]);
    });

    it('and once Slack says that the way back is used up', async () => {
      const at = await rig.messenger.post(await asked(), runningView);
      const url = String(handleOf(at).respond?.url);
      for (let post = 0; post < 4; post += 1) await fetch(url, { method: 'POST', body: '{"text":"x"}' });
      await rig.messenger.edit(at, resultView());
      expect(slack.messages(slack.directOf('U1')).map(seenIn)).toEqual([expect.stringContaining('branch: healthy')]);
    });

    it('sends the file to the asker', async () => {
      const at = await rig.messenger.post(await asked(), runningView);
      await rig.messenger.edit(at, resultView(long));
      expect(seenIn(slack.messages('C2')[0] as never)).toContain('sent to you in a direct message');
      expect(slack.messages(slack.directOf('U1')).map(({ file }) => file?.name)).toEqual(['uccx-branch.txt']);
    });

    it('is busy when the way back is', async () => {
      const to = await asked();
      slack.faults.set('response_url', { is: 'rate-limited', retryAfterSec: 4 });
      await expect(rig.messenger.post(to, runningView)).rejects.toMatchObject({ retryAfterMs: 4_000 });
    });

    it('posts to no address that is not Slack’s', async () => {
      const strange = { url: 'http://127.0.0.1:9/commands/x', since: new Date(time).toISOString(), spent: 0 };
      await rig.messenger.post(addressIn('C2', { respond: strange }), resultView());
      expect(slack.messages(slack.directOf('U1'))).toHaveLength(1);
    });

    it('tells the asker alone, also there', async () => {
      await rig.messenger.tell(await asked(), resultView());
      expect(slack.messages('C2')).toEqual([]);
      expect(slack.toldTo('U1').map(seenIn)).toEqual([expect.stringContaining('healthy')]);
    });
  });

  it('tells by another road where the first one is busy', async () => {
    slack.faults.set('chat.postEphemeral', { is: 'status', status: 503 });
    await rig.messenger.tell(addressIn('C1'), resultView());
    expect(slack.messages(slack.directOf('U1'))).toHaveLength(1);
  });

  it('links to its message', async () => {
    const at = await rig.messenger.post(addressIn('C1'), runningView);
    expect(await rig.messenger.link(at)).toMatch(/^https:\/\/lab\.slack\.com\/archives\/C1\/p\d+$/);
    slack.faults.set('chat.getPermalink', { is: 'status', status: 500 });
    expect(await rig.messenger.link(at)).toBeNull();
  });

  it('takes no secret into its log', async () => {
    slack.faults.set('*', { is: 'reset' });
    await rig.messenger.post(addressIn('C1'), runningView).catch(() => undefined);
    expect(rig.log.lines.join('\n')).not.toContain(slack.botToken);
  });
});
