import { z } from 'zod';
import { IsoTime } from './clock.js';
import { DigestPlace } from './digest.js';
import { DigestId, Zone } from './digest-when.js';
import { TargetId } from './ids.js';
import { Because, WindowTimes } from './quiet-limits.js';
import { Requester } from './request.js';
import { Certainty, Finding } from './verdict.js';

/** Names an entry: of a window as people write it, of the rest made from what it is about. */
export const QuietId = z.string().min(1).max(140).brand<'QuietId'>();
export type QuietId = z.infer<typeof QuietId>;

/** `signed`: the same, as a bot has signed it for where it is kept. */
const made = { id: QuietId, because: Because, at: IsoTime, signed: z.unknown().optional() };

/** Nobody wants to hear of it for now. */
export const Mute = z.object({
  is: z.literal('mute'),
  ...made,
  by: Requester,
  target: TargetId,
  /** Null: the whole target. */
  rule: z.string().min(1).max(60).nullable(),
  until: IsoTime,
});
export type Mute = z.infer<typeof Mute>;

/** Somebody works on these targets at these times, so what is seen there then is no news. */
export const Maintenance = z.object({
  is: z.literal('maintenance'),
  ...made,
  id: DigestId.transform(id => QuietId.parse(id)),
  /** Null: it stands in the configuration. */
  by: Requester.nullable(),
  /** Empty: every target. */
  targets: z.array(TargetId),
  times: WindowTimes,
  zone: Zone,
  /** Where its beginning and end are told; null: nowhere. */
  to: DigestPlace.nullable(),
});
export type Maintenance = z.infer<typeof Maintenance>;

/** One finding that somebody lives with. It stays in sight, and stands for nothing but itself. */
export const Acceptance = z.object({
  is: z.literal('acceptance'),
  ...made,
  by: Requester,
  target: TargetId,
  until: IsoTime,
  /** `about` is what `aboutOf` makes of its sentence. */
  finding: Finding.pick({ rule: true, severity: true, says: true }).extend({ certainty: Certainty, about: z.string() }),
});
export type Acceptance = z.infer<typeof Acceptance>;

export const Quiet = z.discriminatedUnion('is', [Mute, Maintenance, Acceptance]);
export type Quiet = z.infer<typeof Quiet>;

/** What has been told of a window; `schedule` is the times that the rest is about, and nothing at or before `since` is told. */
export const WindowMemory = z.object({
  schedule: z.string(),
  since: z.number(),
  told: z.array(z.string()).max(200),
});
export type WindowMemory = z.infer<typeof WindowMemory>;
