import { z } from 'zod';
import { IsoTime } from './clock.js';
import { DigestId, type When, When as whenSchema, Zone } from './digest-when.js';
import { TargetId } from './ids.js';
import { State } from './report.js';
import { ReplyAddress, Requester } from './request.js';
import { Severity } from './verdict.js';

/** Where a digest goes: the address of a conversation, or how the configuration names one, which only its platform can find. */
export const DigestPlace = z.discriminatedUnion('is', [
  z.object({ is: z.literal('address'), address: ReplyAddress }),
  z.object({ is: z.literal('named'), platform: z.string(), name: z.string() }),
]);

/** A summary that comes by itself, at its times. */
export const Digest = z.object({
  id: DigestId,
  when: whenSchema,
  zone: Zone,
  /** Empty: every target, for one that a person asked for every one that they may see. */
  targets: z.array(TargetId),
  /** It is silent where nothing has changed. */
  onlyChanges: z.boolean(),
  to: DigestPlace,
  /** Who asked for it. Null: it stands in the configuration. */
  by: Requester.nullable(),
  /** The same, as a bot has signed it for where it is kept. */
  signed: z.unknown().optional(),
});
export type Digest = z.infer<typeof Digest>;

/**
 * What a digest said of one target, for the next one to tell what is different. `since` is null where nobody knows. `told` is missing
 * where it is `state`, and `silent` where a finding was told to everybody.
 */
export const DigestEntry = z.object({
  target: TargetId,
  state: State,
  since: IsoTime.nullable(),
  told: z.enum(['accepted', 'muted', 'maintenance', 'unknown']).optional(),
  findings: z.array(
    z.object({
      rule: z.string(),
      severity: Severity,
      says: z.string(),
      since: IsoTime,
      silent: z.literal(true).optional(),
    }),
  ),
});
export type DigestEntry = z.infer<typeof DigestEntry>;

export const DigestTold = z.object({ slot: IsoTime, at: IsoTime, entries: z.array(DigestEntry) });
export type DigestTold = z.infer<typeof DigestTold>;

/** What is remembered of one digest; `schedule` is the times that `since` and `laid` are about. */
export const DigestMemory = z.object({
  schedule: z.string(),
  since: z.number(),
  laid: z.array(z.number()).max(200),
});
export type DigestMemory = z.infer<typeof DigestMemory>;

/** Equal where two digests come at the same times. */
export const scheduleOf = ({ when, zone }: { when: When; zone: Zone }): string =>
  `${when.is === 'cron' ? when.pattern : `every ${when.everyMs}`} ${zone}`;
