import { describe, expect, it } from 'vitest';
import { Grant } from '../../src/domain/access.js';
import { RunId } from '../../src/domain/ids.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { Site } from '../../src/domain/target.js';
import { makeIntake } from '../../src/intake/intake.js';
import { type Messenger, MessengerBusyError } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { mailTarget } from '../support/build.js';

/** What changes something, in a chat that does not take the answer just then. What a person reads in the end is what they would have read. */
const NOW = Date.parse('2026-11-21T09:00:00.000Z');
const clock = { now: () => NOW };
const start = (store = memoryStore(clock)) => {
  const failing: Error[] = [];
  const said: [string, ReplyAddress, string][] = [];
  const say = (by: string, at: ReplyAddress, headline: string): void => {
    const error = failing.shift();
    if (error) throw error;
    said.push([by, at, headline]);
  };
  const messenger: Messenger = {
    post: async (at, { headline }) => {
      say('post', at, headline);
      return at;
    },
    edit: async (at, { headline }) => {
      say('edit', at, headline);
      return at;
    },
    tell: async (at, { headline }) => say('tell', at, headline),
    link: async () => null,
    lasting: ({ handle }) => ({ platform: 'slack', handle: `lasting ${handle}` }),
  };
  let rescheduled = 0;
  const scheduled = { configured: [], zone: 'UTC', reschedule: async () => void rescheduled++ };
  const intake = makeIntake({
    ...store,
    clock,
    targets: [mailTarget({ id: 'prod' })],
    sites: [Site.parse({ id: 'hq', vantages: ['uccx-side'] })],
    grants: [Grant.parse({ role: 'operator', platform: 'slack', users: ['op'] })],
    cards: [],
    rules: [],
    deadlineMs: 25_000,
    messenger: () => messenger,
    digest: { ...scheduled, digests: store.digests },
    watch: { ...scheduled, watches: store.watches },
    quiet: { ...scheduled, quiets: store.quiets },
    submit: async () => {},
    follow: () => {},
    onTrouble: () => {},
  });
  const ask = async (text: string, run: string, channel = 'C1') => {
    const is = await intake.ask({
      run: RunId.parse(run),
      by: { platform: 'slack', user: 'op', groups: [], channel },
      to: { platform: 'slack', handle: channel },
      text,
    });
    // As whoever has kept the question does.
    if (is === 'open') await store.runs.resume(RunId.parse(run));
    return is;
  };
  return { ask, store, failing, said, rescheduled: () => rescheduled };
};

const idOf = async ({ store }: ReturnType<typeof start>): Promise<string> =>
  [...(await store.digests.all()), ...(await store.watches.all()), ...(await store.quiets.all())][0]?.id ?? '';

const CHANGES: [string, string | null, string][] = [
  ['mute prod 2h because x', null, 'C1'],
  ['unmute prod', 'mute prod 2h because x', 'C1'],
  ['digest daily 08:00', null, 'C1'],
  ['digest off', 'digest daily 08:00', 'C1'],
  ['watch prod every 5m', null, 'C1'],
  ['watch off ID', 'watch prod every 5m', 'C1'],
  ['maintenance prod now for 1h because x', null, 'C1'],
  ['maintenance off ID', 'maintenance prod now for 1h because x', 'C1'],
  ['maintenance off ID', 'maintenance prod now for 1h because x', 'C2'],
];
const aMoment = () => new MessengerBusyError('429', 5, {}, { untaken: true });
const long = () => new MessengerBusyError('429', 600_000, {}, { untaken: true });
const unheard = () => new MessengerBusyError('no answer', null);

describe.each(CHANGES)('«%s» after «%s», asked in %s', (text, before, channel) => {
  const asked = async (errors: Error[]) => {
    const chat = start();
    if (before) await chat.ask(before, 'sla-before');
    const words = text.replace('ID', await idOf(chat));
    chat.said.length = 0;
    chat.failing.push(...errors);
    let is = await chat.ask(words, 'sla-change', channel);
    for (let again = 0; is !== 'done' && again < errors.length; again++)
      is = await chat.ask(words, 'sla-change', channel);
    const kept = [await chat.store.digests.all(), await chat.store.watches.all(), await chat.store.quiets.all()];
    return { said: chat.said, is, kept };
  };

  it('is told as ever by a chat that asks for a moment', async () => {
    expect(await asked([aMoment()])).toEqual(await asked([]));
  });

  it.each([
    ['asks for ten minutes', () => [long(), long(), long()]],
    ['does not answer', () => [unheard(), unheard(), unheard()]],
  ])('is told as done, once, also where the chat %s', async (_, errors) => {
    const well = await asked([]);
    const { said, is, kept } = await asked(errors());
    expect(is).toBe('done');
    expect(kept).toEqual(well.kept);
    expect([...new Set(said.map(([, , words]) => words))]).toEqual([...new Set(well.said.map(([, , words]) => words))]);
  });
});

it.each(['digest daily 08:00', 'watch prod every 5m', 'maintenance prod now for 1h because x'])(
  '«%s», made by a bot that ended before it could tell, is told by the next one as made, and not as one that was there before',
  async text => {
    const gone = start();
    gone.failing.push(long(), long());
    expect([await gone.ask(text, 'sla-made'), gone.rescheduled()]).toEqual(['untold', 1]);
    const next = start(gone.store);
    await next.store.runs.resume(RunId.parse('sla-made'));
    const well = start();
    for (const chat of [next, well]) expect(await chat.ask(text, 'sla-made')).toBe('done');
    expect(next.said).toEqual(well.said);
  },
);
