import { expect } from 'vitest';
import type { ApiCall } from '../../src/lab/slack/api-server.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { type SlackWhole, saidBy, startSlackWhole } from './slack-whole.js';

/** A check of one target that is slow enough for something to break meanwhile, asked for in a channel that nobody else asks in. */
export type SlowCheck = {
  /** Where the bot is a member, and where it is none. */
  channel: string;
  far: string;
  ask: (channel?: string) => Promise<{ responseUrl: string | null }>;
  /** What people see in a channel, without files. */
  words: (channel?: string) => LabMessage[];
  /** Every edit that was tried there, also in vain. */
  edits: () => ApiCall[];
  untilPlaceholder: () => Promise<LabMessage>;
  untilProbing: () => Promise<void>;
  untilProbed: () => Promise<void>;
  /** The progress was told for the last time: what comes next is the result. */
  untilLastProgress: (channel?: string) => Promise<unknown>;
  expectToldOnce: (channel?: string) => Promise<void>;
};

/** One whole bot for the checks of a file. Each check has a target of its own, so none finds what another one left. */
export const startSlowChecks = async (
  most: number,
): Promise<{ whole: SlackWhole; next: () => SlowCheck; stop: () => Promise<void> }> => {
  const targets = Array.from({ length: most }, (_, index) => `slow-${index + 1}`);
  const again = Object.fromEntries(targets.map(id => [id, 'slow'] as const));
  const whole = await startSlackWhole({ scenarios: [], again });
  return {
    whole,
    next: () => {
      const target = targets.shift();
      if (!target) throw new Error(`only ${most} checks were started`);
      return slowCheck(whole, target);
    },
    stop: whole.stop,
  };
};

const slowCheck = (whole: SlackWhole, target: string): SlowCheck => {
  const { slack, lab } = whole;
  const [home, far] = ['C', 'CFAR'].map(prefix => `${prefix}${target.replace('-', '').toUpperCase()}`) as [
    string,
    string,
  ];
  slack.addChannel(home);
  slack.addChannel(far, { botIsMember: false });
  const words = (channel = home) => slack.messages(channel).filter(({ file }) => file === null);
  const openNow = () => {
    const { imap, smtp } = lab.counters(target);
    return (imap?.openNow ?? 0) + (smtp?.openNow ?? 0);
  };
  return {
    channel: home,
    far,
    // Asked twice in one channel it is the same command, delivered again.
    ask: (channel = home) =>
      slack.deliver.command({ channel, user: 'U0RUN', text: `check ${target}`, trigger: `1.2.${channel}` }),
    words,
    edits: () => slack.calls.filter(({ method, args }) => method === 'chat.update' && args.channel === home),
    untilPlaceholder: () => slack.until(() => words()[0]),
    untilProbing: () => expect.poll(() => lab.counters(target).imap?.connections, { interval: 20 }).toBe(1),
    untilProbed: () => expect.poll(openNow).toBe(0),
    untilLastProgress: (channel = home) => slack.until(() => (words(channel)[0]?.versions.length ?? 0) === 2),
    expectToldOnce: async (channel = home) => {
      expect(saidBy(await whole.answer(channel))).toMatch(new RegExp(`^${target}: healthy\\.`));
      expect(words(channel)).toHaveLength(1);
      const { imap, smtp } = lab.counters(target);
      expect([imap?.connections, smtp?.connections]).toEqual([1, 1]);
      expect(Object.values(imap?.accounts ?? {}).map(({ tried }) => tried)).toEqual([1]);
    },
  };
};
