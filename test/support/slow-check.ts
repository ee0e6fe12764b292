import { expect } from 'vitest';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { type SlackWhole, saidBy, startSlackWhole } from './slack-whole.js';

/** One check that is slow enough for something to break meanwhile, and what must hold in the end whatever broke. */
export type SlowCheck = Omit<SlackWhole, 'ask'> & {
  ask: (channel?: string, trigger?: string) => Promise<{ responseUrl: string | null }>;
  /** What people see in a channel, without files. */
  words: (channel?: string) => LabMessage[];
  untilPlaceholder: () => Promise<LabMessage>;
  untilProbing: () => Promise<void>;
  untilProbed: () => Promise<void>;
  /** The progress was told for the last time: what comes next is the result. */
  untilLastProgress: (channel?: string) => Promise<unknown>;
  expectToldOnce: (channel?: string) => Promise<void>;
};

export const startSlowCheck = async (): Promise<SlowCheck> => {
  const whole = await startSlackWhole({ scenarios: ['slow'] });
  const { slack, lab } = whole;
  const words = (channel = 'C1') => slack.messages(channel).filter(({ file }) => file === null);
  const openNow = () => {
    const { imap, smtp } = lab.counters('slow');
    return (imap?.openNow ?? 0) + (smtp?.openNow ?? 0);
  };
  return {
    ...whole,
    ask: (channel = 'C1', trigger = '1.2.asked') =>
      slack.deliver.command({ channel, user: 'U0RUN', text: 'check slow', trigger }),
    words,
    untilPlaceholder: () => slack.until(() => words()[0]),
    untilProbing: () =>
      expect.poll(() => lab.counters('slow').imap?.connections, { interval: 20, timeout: 10_000 }).toBe(1),
    untilProbed: () => expect.poll(openNow, { timeout: 20_000 }).toBe(0),
    untilLastProgress: (channel = 'C1') => slack.until(() => (words(channel)[0]?.versions.length ?? 0) === 2),
    expectToldOnce: async (channel = 'C1') => {
      expect(saidBy(await whole.answer(channel))).toMatch(/^slow: healthy\./);
      expect(words(channel)).toHaveLength(1);
      const { imap, smtp } = lab.counters('slow');
      expect([imap?.connections, smtp?.connections]).toEqual([1, 1]);
      expect(Object.values(imap?.accounts ?? {}).map(({ tried }) => tried)).toEqual([1]);
    },
  };
};
