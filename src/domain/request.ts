import { z } from 'zod';
import { IsoTime } from './clock.js';
import { Cron } from './digest-cron.js';
import { DigestId, When, Zone } from './digest-when.js';
import { Leg } from './evidence/evidence.js';
import { RunId, TargetId } from './ids.js';
import { Because, WindowMs } from './quiet-limits.js';
import { WallTime } from './wall-time.js';

/** Who asks, in the platform's own immutable ids; a display name is never used to decide anything. */
export const Requester = z.object({
  platform: z.string(),
  user: z.string(),
  /** The platform's user groups that the person is in, as far as the configuration names any. */
  groups: z.array(z.string()),
  /** The platform did not say of every group whether they are in it: where they are refused, that may be why. */
  unsure: z.literal(true).optional(),
  /** The channel or conversation of the question, null in a direct message. */
  channel: z.string().nullable(),
});
export type Requester = z.infer<typeof Requester>;

/** Where an answer goes. Only its platform knows what a handle is; everybody else stores it unread. */
export const ReplyAddress = z.object({ platform: z.string(), handle: z.json() });
export type ReplyAddress = z.infer<typeof ReplyAddress>;

const RuleName = z.string().min(1).max(60);

/** What a person wants. An empty list of targets is every target that they may see. */
export const Wants = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('check'),
    targets: z.array(TargetId),
    only: z.array(Leg),
    loginAnyway: z.boolean(),
    /** Measure at which session Exchange refuses; nothing is opened before somebody has confirmed it. */
    deep: z.boolean().default(false),
    /** Somebody says that nobody works on the shared account now, so that a deep check may take what they would hold. */
    nobodyAtWork: z.literal(true).optional(),
    /** Send one marked message around and take it away again. */
    loop: z.boolean().default(false),
  }),
  /** Agrees to, or turns down, what the card of a deep check showed. */
  z.object({ do: z.literal('confirm'), target: TargetId, consent: RunId }),
  z.object({ do: z.literal('cancel'), target: TargetId, consent: RunId }),
  /** A run, or the target that it looks at. */
  z.object({ do: z.literal('stop'), what: z.string() }),
  /** `transcript`: what was said in place of what was found. */
  z.object({ do: z.literal('last'), target: TargetId, transcript: z.boolean().optional() }),
  /** A script of what the last report advises; `chosen` are rules or remedies, none means all that follows from its findings. */
  z.object({
    do: z.literal('fix'),
    target: TargetId,
    chosen: z.array(z.string()),
    /** Pasted output of `Get-` commands, to which only the difference is proposed. */
    from: z.string().max(20_000).nullable(),
  }),
  z.object({ do: z.literal('history'), target: TargetId, hours: z.int().min(1) }),
  /** What was pasted, and files that came with the question; null: nobody says what they are about. */
  z.object({ do: z.literal('read'), target: TargetId.nullable(), pasted: z.string().max(20_000).nullable() }),
  /** Ends that what was read for it counts in checks. */
  z.object({ do: z.literal('forget-read'), target: TargetId }),
  /** Who had which files read; null: for every target. */
  z.object({ do: z.literal('reads'), target: TargetId.nullable() }),
  /** Who asked what, what was looked at for it and what was shown; null: about every target. */
  z.object({ do: z.literal('audit'), target: TargetId.nullable(), hours: z.int().min(1) }),
  z.object({ do: z.literal('targets') }),
  z.object({ do: z.literal('sites') }),
  z.object({ do: z.literal('explain'), rule: z.string() }),
  /** `zone` null: the one of whoever asks. `targets` empty: every target that they may see, also later. */
  z.object({
    do: z.literal('digest'),
    when: When,
    zone: Zone.nullable(),
    targets: z.array(TargetId),
    onlyChanges: z.boolean(),
  }),
  z.object({ do: z.literal('digest-list') }),
  z.object({ do: z.literal('digest-now'), targets: z.array(TargetId) }),
  /** Of a digest that stands, or of targets; every target that they may see where neither is named. */
  z.object({ do: z.literal('digest-table'), digest: DigestId.nullable(), targets: z.array(TargetId) }),
  /** Without an id the only one that is told where it is asked. */
  z.object({ do: z.literal('digest-off'), id: DigestId.nullable() }),
  /** `rule` null: the whole target. `zone` null: the one of whoever asks, here and below. */
  z.object({
    do: z.literal('mute'),
    target: TargetId,
    rule: RuleName.nullable(),
    until: WallTime,
    zone: Zone.nullable(),
    because: Because,
  }),
  z.object({ do: z.literal('unmute'), target: TargetId, rule: RuleName.nullable() }),
  z.object({
    do: z.literal('maintenance'),
    targets: z.array(TargetId).min(1),
    /** A cron line: again and again. */
    begins: z.union([WallTime, Cron]),
    forMs: WindowMs,
    zone: Zone.nullable(),
    because: Because,
  }),
  z.object({ do: z.literal('maintenance-off'), id: DigestId }),
  /** `nth` of the findings of that rule in the last report, from 1; null: its only one. */
  z.object({
    do: z.literal('accept'),
    target: TargetId,
    rule: RuleName,
    nth: z.int().min(1).max(99).nullable(),
    until: WallTime,
    zone: Zone.nullable(),
    because: Because,
  }),
  z.object({ do: z.literal('unaccept'), target: TargetId, rule: RuleName }),
  /** Everything that is silenced, however it came to be. */
  z.object({ do: z.literal('quiet-list') }),
  /** `targets` empty: every target for which they may ask, also later. What of the patience is not given is the usual. */
  z.object({
    do: z.literal('watch'),
    targets: z.array(TargetId),
    everyMs: z.int().min(1),
    patience: z.object({
      breaksAfter: z.int().optional(),
      recoversAfter: z.int().optional(),
      remindsAfterMs: z.int().nullable().optional(),
    }),
    logsInEveryMs: z.int().nullable(),
    agree: z.int().min(1).nullable(),
  }),
  z.object({ do: z.literal('watch-list') }),
  /** A watch, or a target that is watched there. */
  z.object({ do: z.literal('watch-off'), what: z.string() }),
  z.object({ do: z.literal('help') }),
]);
export type Wants = z.infer<typeof Wants>;

export const Request = z.object({ run: RunId, at: IsoTime, by: Requester, to: ReplyAddress, wants: Wants });
export type Request = z.infer<typeof Request>;
