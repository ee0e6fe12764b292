import { describe, expect, it } from 'vitest';
import { makeUnanswered } from '../../src/chat/unanswered.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { RunId } from '../../src/domain/ids.js';
import type { Inbox } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';

/** Bots that come after one another, on one store. */
const run = RunId.parse('sla-question');
const heard = { text: 'check branch' };
const begun = { platform: 'slack', handle: { message: '1.2' } };
const log = { info: () => {}, warn: () => {}, error: () => {} };

const startBot = (owner: string, inbox: Inbox, isOpen: () => Promise<boolean> = async () => true) => {
  const unanswered = makeUnanswered({ inbox, owner, isOpen, log, laterMs: 20 });
  const taken: unknown[] = [];
  return {
    ...unanswered,
    taken,
    takes: () => unanswered.take('slack', left => void taken.push(left)),
  };
};
const inboxFor = (ownerGoneMs: number) => memoryStore({ now: Date.now }, { ownerGoneMs }).inbox;
const soon = { timeout: 45_000, interval: 20 };

describe('a question that was acknowledged', () => {
  it('and not answered comes to the next bot, with the message that was begun', async () => {
    const inbox = inboxFor(0);
    await startBot('a', inbox).keep('slack', run, heard);
    await inbox.note(run, begun);
    const next = startBot('b', inbox);
    next.takes();
    next.start();
    await expect.poll(() => next.taken, soon).toEqual([{ heard, begun }]);
    next.stop();
  });

  it('waits for a platform that is not there yet', async () => {
    const inbox = inboxFor(0);
    await startBot('a', inbox).keep('slack', run, heard);
    const next = startBot('b', inbox);
    next.start();
    await expect.poll(() => inbox.put('a', { run, platform: 'slack', heard }), soon).toBe(false); // it is the next one's
    next.takes();
    await expect.poll(() => next.taken, soon).toHaveLength(1);
    next.stop();
  });

  it('and went its way in the queue is not asked again', async () => {
    const inbox = inboxFor(0);
    await startBot('a', inbox).keep('slack', run, heard);
    const next = startBot('b', inbox, async () => false);
    next.takes();
    next.start();
    await expect.poll(() => inbox.put('c', { run, platform: 'slack', heard }), soon).toBe(true); // nobody has it any more
    expect(next.taken).toEqual([]);
    next.stop();
  });

  it('that is delivered again is kept until both deliveries are done with', async () => {
    const inbox = inboxFor(600_000);
    const bot = startBot('a', inbox);
    expect([await bot.keep('slack', run, heard), await bot.keep('slack', run, heard)]).toEqual(['ours', 'ours']);
    await bot.done(run);
    expect(await inbox.adopt('a')).toHaveLength(1);
    await bot.done(run);
    expect(await inbox.adopt('a')).toEqual([]);
  });

  it('says so where it cannot be kept', async () => {
    const gone = async () => Promise.reject(new StoreDownError('gone'));
    const bot = startBot('a', { put: gone, note: gone, drop: gone, adopt: gone });
    expect(await bot.keep('slack', run, heard)).toBe('nowhere');
    await bot.done(run);
  });

  it('and could not be answered comes again, with its message, until it is', async () => {
    const inbox = inboxFor(600_000);
    const bot = startBot('a', inbox);
    await bot.keep('slack', run, heard);
    await inbox.note(run, begun);
    bot.takes();
    bot.start();
    bot.later(run, 'open');
    await expect.poll(() => bot.taken, soon).toEqual([{ heard, begun }]);
    bot.later(run, 'open');
    await expect.poll(() => bot.taken, soon).toHaveLength(2);
    await bot.done(run);
    expect(await inbox.adopt('a')).toEqual([]);
    bot.stop();
  });

  it.each([
    ['untold', [{ heard, begun: null }]],
    ['open', []],
  ] as const)('and is %s comes again as if nobody had begun it, or not at all', async (is, taken) => {
    const inbox = inboxFor(600_000);
    const bot = startBot('a', inbox, async () => false); // as of a reading, which is not to be begun anew
    await bot.keep('slack', run, heard);
    bot.takes();
    bot.later(run, is);
    bot.start();
    if (is === 'open') await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    else await expect.poll(() => bot.taken, soon).toHaveLength(1);
    expect(bot.taken).toEqual(taken);
    bot.stop();
  });

  it('and answered is not answered again because Redis was away when that was to be written down', async () => {
    const inbox = inboxFor(600_000);
    let drops = 0;
    const drop: Inbox['drop'] = async (owner, id) => {
      drops += 1;
      if (drops === 1) throw new StoreDownError('gone');
      return inbox.drop(owner, id);
    };
    const bot = startBot('a', { ...inbox, drop });
    await bot.keep('slack', run, heard);
    await bot.done(run);
    bot.takes();
    bot.start();
    await expect.poll(() => drops, soon).toBe(2);
    await expect.poll(() => inbox.adopt('a'), soon).toEqual([]);
    expect(bot.taken).toEqual([]);
    bot.stop();
  });
});
