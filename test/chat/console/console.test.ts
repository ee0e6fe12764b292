import { afterEach, describe, expect, it } from 'vitest';
import { askConsole } from '../../../src/chat/console/ask.js';
import { makeConsole } from '../../../src/chat/console/console.js';
import { textOf } from '../../../src/chat/console/parts.js';
import { MAX_READERS } from '../../../src/chat/console/routes.js';
import type { WireMessage } from '../../../src/chat/console/wire.js';
import type { ReplyAddress } from '../../../src/domain/request.js';
import { MessengerRefusedError } from '../../../src/intake/ports.js';
import { followEvents, type OpenConsole, openConsole } from './rig.js';
import { helpView, problemView, runningView } from './sample.js';

const opened: OpenConsole[] = [];
const open = async (...how: Parameters<typeof openConsole>) => {
  const made = await openConsole(...how);
  opened.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map(made => made.stop()));
});

type Answer = Extract<WireMessage, { is: 'answer' }>;

describe('asking', () => {
  it('hands the question in as the local user, with a run of its own', async () => {
    const console = await open();
    const first = await console.ask('/uccx check branch');
    await console.ask('/uccx check branch');
    expect(console.questions[0]).toMatchObject({
      by: { platform: 'console', user: 'local', groups: [], channel: 'console' },
      to: { platform: 'console', handle: { question: first, message: null } },
      text: '/uccx check branch',
    });
    expect(console.questions[0]?.run).not.toBe(console.questions[1]?.run);
  });

  it('answers with the id before the intake is through', async () => {
    let letGo = () => {};
    const console = await open(() => new Promise<void>(resolve => (letGo = resolve)));
    const id = await console.ask('/uccx check');
    expect(await console.message(id)).toMatchObject({ is: 'question', id, text: ['/uccx check'], answers: [] });
    letGo();
  });

  it('shows the question, the placeholder and the result as one message edited', async () => {
    const addresses: ReplyAddress[] = [];
    const console = await open(async ({ to }, messenger) => {
      addresses.push(await messenger.post(to, runningView));
    });
    const page = await followEvents(console);
    await page.untilReady();
    const question = await console.ask('/uccx check branch');
    expect((await page.next()).data).toMatchObject({ is: 'question', id: question });
    const placeholder = (await page.next()).data as Answer;
    expect(placeholder).toMatchObject({ question, view: { tone: 'running' }, editedAt: null, forms: [] });
    await console.messenger.edit(addresses[0] as ReplyAddress, problemView);
    const result = (await page.next()).data as Answer;
    expect(result).toMatchObject({ id: placeholder.id, view: problemView, editedAt: '2026-11-21T08:00:00.000Z' });
    expect(textOf(result.body)).toContain(problemView.headline);
    expect(await console.message(placeholder.id)).toEqual(result);
    expect((await console.message(question)).answers).toEqual([placeholder.id]);
    page.close();
  });

  it('shows the other forms of an answer, and costs only the form that cannot be drawn', async () => {
    const boom = () => {
      throw new Error('no such block');
    };
    const console = await open((question, messenger) => messenger.tell(question.to, helpView), {
      alsoAs: [
        { name: 'Slack', render: view => JSON.stringify({ blocks: [view.headline] }) },
        { name: 'Teams', render: boom },
      ],
    });
    const [id = ''] = (await console.message(await console.ask('help'))).answers ?? [];
    const answer = (await console.message(id)) as Answer;
    expect(answer.forms.map(({ name, text }) => [name, text.map(textOf).join('')])).toEqual([
      ['Plain text', `TEXT ${helpView.headline}`],
      ['Slack', JSON.stringify({ blocks: [helpView.headline] })],
      ['Teams', expect.stringMatching(/could not be drawn/)],
    ]);
    expect(console.logged).toContainEqual(
      expect.objectContaining({ facts: expect.objectContaining({ form: 'Teams' }) }),
    );
  });
});

describe('waiting for the final answer', () => {
  it('holds until the placeholder became the result', async () => {
    const console = await open(async ({ to }, messenger) => {
      const at = await messenger.post(to, runningView);
      setImmediate(async () => {
        await messenger.edit(at, { ...runningView, headline: 'still at it' });
        await messenger.edit(at, problemView);
      });
    });
    expect(await askConsole(console.url, '/uccx check branch')).toEqual({
      view: problemView,
      text: `TEXT ${problemView.headline}`,
    });
  });

  it('is answered by what the asker was told, where there is no result', async () => {
    const console = await open(({ to }, messenger) => messenger.tell(to, helpView));
    expect((await askConsole(console.url, 'chekc')).view).toEqual(helpView);
  });

  it('is answered by a pointer to a running check, though that one still runs', async () => {
    const pointer = { ...runningView, headline: 'branch is being checked since 08:00:00 UTC' };
    const console = await open(({ to }, messenger) => messenger.tell(to, pointer));
    expect((await askConsole(console.url, '/uccx check branch')).view).toEqual(pointer);
  });

  it('does not take a remark for the result', async () => {
    const console = await open(async ({ to }, messenger) => {
      await messenger.tell(to, helpView);
      const at = await messenger.post(to, runningView);
      setImmediate(() => messenger.edit(at, problemView));
    });
    expect((await askConsole(console.url, '/uccx check')).view).toEqual(problemView);
  });

  it('is not ended by the answer to another question', async () => {
    const places = new Map<string, ReplyAddress>();
    let bothAsked = () => {};
    const asked = new Promise<void>(resolve => (bothAsked = resolve));
    const console = await open(async ({ text, to }, messenger) => {
      places.set(text, await messenger.post(to, runningView));
      if (places.size === 2) bothAsked();
    });
    const answers = Promise.all(['one', 'two'].map(text => askConsole(console.url, text)));
    await asked;
    await console.messenger.edit(places.get('two') as ReplyAddress, { ...helpView, headline: 'two is answered' });
    await console.messenger.edit(places.get('one') as ReplyAddress, { ...helpView, headline: 'one is answered' });
    expect((await answers).map(({ view }) => view.headline)).toEqual(['one is answered', 'two is answered']);
  });

  it('says so when the console stops first, and leaves nothing open', async () => {
    const console = await openConsole(async ({ to }, messenger) => {
      await messenger.post(to, runningView);
    });
    const page = await followEvents(console);
    await page.untilReady();
    const waiting = console.post('/ask?wait=1', '/uccx check');
    await page.until(({ data }) => (data as WireMessage).is === 'answer');
    await console.stop();
    expect((await waiting).status).toBe(503);
    expect(await page.hasEnded()).toBe(true);
    await expect(fetch(console.origin)).rejects.toThrow();
  });
});

describe('following', () => {
  it('greets, then brings a newcomer everything in the order of the conversation', async () => {
    const console = await open(({ to }, messenger) => messenger.tell(to, helpView), {
      title: 'lab',
      suggestions: ['/uccx check branch'],
    });
    const question = await console.ask('first');
    const page = await followEvents(console);
    expect(page.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = await page.untilReady();
    expect(events.map(({ event }) => event)).toEqual(['hello', 'reset', 'message', 'message', 'ready']);
    expect(events[0]?.data).toEqual({ title: 'lab', suggestions: ['/uccx check branch'] });
    expect(events.slice(2, 4).map(({ data }) => data)).toMatchObject([{ id: question }, { question }]);
    page.close();
  });

  it('resumes by Last-Event-ID with what changed since, and nothing else', async () => {
    const places: ReplyAddress[] = [];
    const console = await open(async ({ to }, messenger) => {
      places.push(await messenger.post(to, runningView));
    });
    await console.ask('one');
    await console.ask('two');
    const before = await followEvents(console);
    const mark = (await before.untilReady()).at(-1)?.id ?? '';
    before.close();

    const three = await console.ask('three');
    await console.messenger.edit(places[0] as ReplyAddress, problemView);
    const after = await followEvents(console, mark);
    const events = await after.untilReady();
    expect(events.map(({ event }) => event)).toEqual(['hello', 'message', 'message', 'message', 'ready']);
    expect(events.slice(1, 4).map(({ data }) => data)).toMatchObject([
      { is: 'answer', view: problemView }, // first in the conversation, last in time
      { is: 'question', id: three },
      { is: 'answer', question: three },
    ]);
    // Only the end of the replay moves the mark: half a replay must be repeated whole.
    expect(events.map(({ id }) => id === null)).toEqual([true, true, true, true, false]);
    after.close();
  });

  it.each(['', 'nonsense', 'ffffffffffff.3', '.*.1'])(
    'starts anew for the mark «%s» of another process',
    async mark => {
      const console = await open();
      await console.ask('one');
      const page = await followEvents(console, mark || undefined);
      expect((await page.untilReady()).map(({ event }) => event)).toEqual(['hello', 'reset', 'message', 'ready']);
      page.close();
    },
  );

  it('takes so many readers and refuses the next, until one leaves', async () => {
    const console = await open();
    const pages = await Promise.all(Array.from({ length: MAX_READERS }, () => followEvents(console)));
    await Promise.all(pages.map(page => page.untilReady()));
    expect((await fetch(`${console.origin}/events`, { headers: console.auth })).status).toBe(503);
    expect((await console.post('/ask?wait=1', 'x')).status).toBe(503);
    expect(console.questions).toEqual([]);
    pages[0]?.close();
    await expect.poll(async () => (await followEvents(console)).response.status).toBe(200);
    for (const page of pages.slice(1)) page.close();
  });
});

describe('the messenger', () => {
  it('posts anew, under its question, what another process had posted', async () => {
    const console = await open();
    const gone = { platform: 'console', handle: { question: 'abc-1', message: 'abc-2' } };
    const anew = await console.messenger.edit(gone, problemView);
    const { message } = anew.handle as { message: string };
    expect(await console.message(message)).toMatchObject({ question: 'abc-1', view: problemView });
    expect(await console.messenger.edit(anew, helpView)).toEqual(anew);
  });

  it('keeps the last two hundred messages', async () => {
    const console = await open();
    const first = await console.ask('the first');
    for (let i = 0; i < 199; i++) await console.messenger.tell(console.questions[0]?.to as ReplyAddress, helpView);
    expect(await console.message(first)).toMatchObject({ id: first });
    await console.messenger.tell(console.questions[0]?.to as ReplyAddress, helpView);
    expect((await fetch(`${console.origin}/messages/${first}`, { headers: console.auth })).status).toBe(404);
  });

  it.each([
    { platform: 'slack', handle: { question: 'a', message: null } },
    { platform: 'console', handle: { channel: 'C1' } },
    { platform: 'console', handle: null },
  ])('refuses an address that is not its own: %j', async address => {
    const { messenger } = await open();
    await expect(messenger.post(address, helpView)).rejects.toBeInstanceOf(MessengerRefusedError);
    await expect(messenger.edit(address, helpView)).rejects.toBeInstanceOf(MessengerRefusedError);
  });

  it('links to the message without giving the token away', async () => {
    const console = await open();
    const { id } = (await console.message(await console.ask('x'))) as WireMessage;
    const at = await console.messenger.post({ platform: 'console', handle: { question: id, message: null } }, helpView);
    const link = await console.messenger.link(at);
    expect(link).toBe(`${console.origin}/#${(at.handle as { message: string }).message}`);
    expect(link).not.toContain(console.token);
  });
});

it.each(['0.0.0.0', '192.0.2.7', '::', '', 'localhost.example.com', '127.example.com'])(
  'never listens on %s',
  async host => {
    const { start } = makeConsole({
      clock: { now: () => 0 },
      log: { info() {}, warn() {}, error() {} },
      asText: () => '',
    });
    await expect(start({ ask: async () => 'done' }, { host, port: 0 })).rejects.toThrow(/loopback/);
  },
);
