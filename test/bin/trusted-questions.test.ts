import { expect, it } from 'vitest';
import { trustedQuestions } from '../../src/bin/trusted-questions.js';
import { RunId } from '../../src/domain/ids.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { signingOf } from '../support/signing.js';

/** Whoever writes into Redis writes into `kept`; `bot` is what the bots have of it. */
const rig = () => {
  const kept = memoryStore({ now: Date.now }, { ownerGoneMs: 0 }).inbox;
  const warned: string[] = [];
  const log = { info: () => {}, warn: (_: object, says: string) => void warned.push(says), error: () => {} };
  return { kept, warned, bot: trustedQuestions(kept, signingOf('bot'), log) };
};
const run = RunId.parse('sla-question');
const other = RunId.parse('sla-other');
const heard = { user: 'U1', text: 'check branch' };
const begun = { platform: 'slack', handle: { message: '1.2' } };

it('a question that a bot kept comes to the next one, with its message', async () => {
  const { bot } = rig();
  await bot.put('a', { run, platform: 'slack', heard });
  await bot.note(run, begun);
  expect(await bot.adopt('b')).toEqual([{ run, platform: 'slack', heard, at: begun }]);
});

it.each<[string, (kept: ReturnType<typeof rig>['kept']) => Promise<unknown>, RegExp]>([
  [
    'that nobody asked',
    kept =>
      kept.put('x', { run: other, platform: 'slack', heard: { user: 'U0BOSS', text: 'check prod --login-anyway' } }),
    /not signed/,
  ],
  [
    'that a worker signed',
    kept => {
      const signed = signingOf('site-hq').sign({ is: 'question', id: other }, { platform: 'slack', heard });
      return kept.put('x', { run: other, platform: 'slack', heard: signed });
    },
    /not signed by a bot/,
  ],
  [
    'of before, under another name',
    async kept => {
      const [left] = await kept.adopt('x');
      return kept.put('x', { run: other, platform: 'slack', heard: left?.heard });
    },
    /signed for something else/,
  ],
])('one %s is asked by nobody, dropped, and told in the log', async (_, forge, says) => {
  const { bot, kept, warned } = rig();
  await bot.put('a', { run, platform: 'slack', heard });
  await forge(kept);
  expect((await bot.adopt('b')).map(left => left.run)).toEqual([run]);
  expect(warned).toEqual([expect.stringMatching(says)]);
  expect((await kept.adopt('c')).map(left => left.run)).toEqual([run]);
});

it('an answer goes to no other message than the one that the bot began', async () => {
  const { bot, kept } = rig();
  await bot.put('a', { run, platform: 'slack', heard });
  await bot.note(run, begun);
  await kept.note(run, { platform: 'slack', handle: { message: '6.6' } });
  expect(await bot.adopt('b')).toEqual([{ run, platform: 'slack', heard, at: null }]);
});
