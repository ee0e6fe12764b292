import type { SlackFault } from '../../src/lab/slack/faults.js';
import type { TeamsFault, TeamsOperation } from '../../src/lab/teams/faults.js';
import { type Dice, diceOf } from '../fuzz/dice.js';
import type { Manner } from './relay.js';

export type Who = 'bot' | 'hq' | 'branch';

/**
 * When something happens to a process, counted from a question of its own: Slack has its acknowledgement, the placeholder arrives there, a
 * mail server is spoken to, the result arrives, the result stands; or at the n-th parcel from then that the process sends to Redis.
 */
export type Step =
  | { at: 'acknowledged' | 'placeholder' | 'probing' | 'telling' | 'told' }
  | { at: 'parcel'; n: number; when: 'before' | 'after' };

export type Fault =
  | { do: 'kill'; who: Who | 'redis'; step: Step }
  | { do: 'freeze'; who: Who | 'redis'; step: Step; forMs: number }
  | { do: 'sever'; who: Who; n: number; when: 'before' | 'after' }
  | { do: 'cut'; who: Who; manner: Manner & ('cuts' | 'stalls'); step: Step; forMs: number }
  | { do: 'fail-over'; step: Step }
  | { do: 'fill-disk'; step: Step; forMs: number }
  | { do: 'step-clock'; who: Who; byMs: number; step: Step; forMs: number }
  | { do: 'ail-slack'; method: string; fault: SlackFault }
  | { do: 'ail-teams'; operation: TeamsOperation; fault: TeamsFault }
  | { do: 'repeat'; times: number }
  | { do: 'ail-mail'; manner: Manner & ('cuts' | 'stalls' | 'resets' | 'drips'); forMs: number };

/** What happens, one after another: the same for the same seed, however the run goes. Every kind comes before any comes again. */
export const scheduleOf = (seed: number, length: number, kinds: readonly Kind[] = KINDS): Fault[] => {
  const faults: Fault[] = [];
  for (let round = 0; faults.length < length; round += 1) {
    const dice = diceOf(seed, 'chaos', round);
    const left = [...kinds];
    while (left.length > 0 && faults.length < length) {
      const [kind] = left.splice(dice.below(left.length), 1) as [Kind];
      faults.push(MAKE[kind](dice));
    }
  }
  return faults;
};

const WHO = ['bot', 'hq', 'branch'] as const;
const STEPS = ['acknowledged', 'placeholder', 'probing', 'telling', 'told'] as const;
/** A check of the lab writes no more often than this, from the bot as from a worker. */
const PARCELS = 40;

const step = (dice: Dice): Step =>
  dice.once(3)
    ? { at: dice.oneOf(STEPS) }
    : { at: 'parcel', n: 1 + dice.below(PARCELS), when: dice.oneOf(['before', 'after'] as const) };
const named = (dice: Dice): Step => ({ at: dice.oneOf(STEPS) });
const whileMs = (dice: Dice): number => 500 + dice.below(4_500);

const MAKE = {
  'kill-bot': dice => ({ do: 'kill', who: 'bot', step: step(dice) }),
  'kill-worker': dice => ({ do: 'kill', who: dice.oneOf(['hq', 'branch'] as const), step: step(dice) }),
  'kill-redis': dice => ({ do: 'kill', who: 'redis', step: named(dice) }),
  freeze: dice => ({
    do: 'freeze',
    who: dice.oneOf([...WHO, 'redis'] as const),
    step: named(dice),
    // Longer than a lock of the queue lasts, now and then: it wakes up to find that others went on without it.
    forMs: dice.once(4) ? 20_000 : whileMs(dice),
  }),
  sever: dice => ({
    do: 'sever',
    who: dice.oneOf(WHO),
    n: 1 + dice.below(PARCELS),
    when: dice.oneOf(['before', 'after'] as const),
  }),
  cut: dice => ({
    do: 'cut',
    who: dice.oneOf(WHO),
    manner: dice.oneOf(['cuts', 'stalls'] as const),
    step: named(dice),
    forMs: whileMs(dice),
  }),
  'fail-over': dice => ({ do: 'fail-over', step: named(dice) }),
  'fill-disk': dice => ({ do: 'fill-disk', step: named(dice), forMs: whileMs(dice) }),
  'step-clock': dice => ({
    do: 'step-clock',
    who: dice.oneOf(WHO),
    // Slack and Teams sign for five minutes: a clock that is further off hears nobody, and says why.
    byMs: (dice.below(2) === 0 ? -1 : 1) * (20_000 + dice.below(180_000)),
    step: named(dice),
    forMs: whileMs(dice),
  }),
  'ail-slack': dice => ({
    do: 'ail-slack',
    method: dice.oneOf(['chat.postMessage', 'chat.update', 'chat.postEphemeral', '*']),
    fault: dice.oneOf<SlackFault>([
      { is: 'rate-limited', retryAfterSec: 1, times: 3 },
      { is: 'status', status: 500, times: 3 },
      { is: 'status', status: 503, times: 3 },
      { is: 'reset', times: 3 },
      { is: 'hang', times: 2 },
      { is: 'slow', ms: 2_000, times: 5 },
    ]),
  }),
  'ail-teams': dice => ({
    do: 'ail-teams',
    operation: dice.oneOf<TeamsOperation>(['send', 'update', 'token']),
    fault: dice.oneOf<TeamsFault>([
      { is: 'rate-limited', retryAfterSec: 1, times: 3 },
      { is: 'rate-limited', retryAfterSec: null, times: 3 },
      { is: 'status', status: 502, times: 3 },
      { is: 'status', status: 412, times: 3 },
      { is: 'reset', times: 3 },
      { is: 'hang', times: 2 },
      { is: 'slow', ms: 2_000, times: 5 },
    ]),
  }),
  repeat: dice => ({ do: 'repeat', times: 2 + dice.below(2) }),
  'ail-mail': dice => ({
    do: 'ail-mail',
    manner: dice.oneOf(['cuts', 'stalls', 'resets', 'drips'] as const),
    forMs: whileMs(dice),
  }),
} satisfies Record<string, (dice: Dice) => Fault>;

export type Kind = keyof typeof MAKE;
export const KINDS = Object.keys(MAKE) as Kind[];

/** A fault in words, for whoever reads along. */
export const wordsOf = ({ do: what, ...rest }: Fault): string =>
  [what, ...Object.values(rest).map(value => (typeof value === 'object' ? JSON.stringify(value) : String(value)))].join(
    ' ',
  );
