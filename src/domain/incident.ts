import { z } from 'zod';
import { IsoTime } from './clock.js';
import { DigestPlace } from './digest.js';
import { Zone } from './digest-when.js';
import { RunId, TargetId } from './ids.js';
import { ReplyAddress } from './request.js';
import { Finding } from './verdict.js';
import { WatchId } from './watch-slots.js';

/** One target in an incident, how it is now and why. */
export const Case = z.object({
  watch: WatchId,
  target: TargetId,
  is: z.enum(['broken', 'flaps', 'blind', 'over']),
  /** What it was before it was over. */
  was: z.enum(['broken', 'flaps', 'blind']),
  since: IsoTime,
  until: IsoTime.nullable(),
  /** What it hangs on: names of servers and hosts, and those of them where nothing answers. */
  servers: z.array(z.string()),
  dead: z.array(z.string()),
  findings: z.array(Finding),
  /** Of one that cannot be seen. */
  why: z.string().nullable(),
});
export type Case = z.infer<typeof Case>;

/** One line of what happened. `key` makes it one, however often it is brought. */
const Happened = z.object({
  key: z.string(),
  at: IsoTime,
  target: TargetId,
  say: z.enum([
    'broke',
    'develops',
    'reminder',
    'flaps',
    'settled-broken',
    'settled-well',
    'settled-fixed',
    'blind',
    'sees-again',
    'recovered',
    'unwatched',
  ]),
  since: IsoTime,
  until: IsoTime.nullable(),
  changes: z.int().nullable(),
  /** Where nothing answered, of one that broke. */
  dead: z.array(z.string()),
  /** What is new and what is no more, of one that develops; why, of one that broke. */
  gained: z.array(z.object({ rule: z.string(), says: z.string() })),
  gone: z.array(z.string()),
});
export type Happened = z.infer<typeof Happened>;

/** What one message tells, from its first line to its last: all that broke together and for the same cause. */
export const Incident = z.object({
  id: RunId,
  to: DigestPlace,
  zone: Zone,
  cases: z.array(Case),
  story: z.array(Happened),
  /** Counts what has changed. */
  revision: z.int().min(1),
  told: z.object({
    revision: z.int().min(0),
    /** The revision that the message shows. */
    shown: z.int().min(0),
    /** Lines of the story that somebody was told of. */
    lines: z.int().min(0),
    message: ReplyAddress.nullable(),
    /** Who tells it now: two would post it twice. */
    by: z.object({ job: z.string(), until: z.number() }).nullable(),
  }),
});
export type Incident = z.infer<typeof Incident>;

/** The incidents of one place: those that are open, and for a while those that were. `version` counts how often it was written. */
export const Board = z.object({ place: z.string(), version: z.int().min(0), incidents: z.array(Incident) });
export type Board = z.infer<typeof Board>;

export const isOpen = ({ cases }: Pick<Incident, 'cases'>): boolean => cases.some(({ is }) => is !== 'over');
export const isUntold = ({ revision, told }: Pick<Incident, 'revision' | 'told'>): boolean => told.revision < revision;
