import { z } from 'zod';
import { IsoTime } from './clock.js';
import { DigestPlace } from './digest.js';
import { Zone } from './digest-when.js';
import { TargetId } from './ids.js';
import { Requester } from './request.js';
import { Finding } from './verdict.js';
import { WatchPatience, WatchState } from './watch.js';
import { LEAST_EVERY_IN_FILE_MS, LEAST_LOGIN_MS, MOST_EVERY_MS, USUAL_LOGIN_MS, WatchId } from './watch-slots.js';

/** Targets that are looked at again and again, in a place that hears of them only when something changes. */
export const Watch = z.object({
  id: WatchId,
  everyMs: z.int().min(LEAST_EVERY_IN_FILE_MS).max(MOST_EVERY_MS),
  /** In which times are told. */
  zone: Zone,
  /** Empty: every target, for one that a person asked for every one for which they may ask. */
  targets: z.array(TargetId),
  patience: WatchPatience,
  /** Looks in between open connections and log in nowhere; null: it never logs in. */
  logsInEveryMs: z.int().min(LEAST_LOGIN_MS).nullable().default(USUAL_LOGIN_MS),
  /** So many sites must see it broken, each by itself; null: as the rules judge all of them together. */
  agree: z.int().min(1).max(50).nullable().default(null),
  to: DigestPlace,
  /** Who asked for it. Null: it stands in the configuration. */
  by: Requester.nullable(),
  /** The same, as a bot has signed it for where it is kept. */
  signed: z.unknown().optional(),
});
export type Watch = z.infer<typeof Watch>;

/** What the last login of a watch told: it is true until the next one. */
export const LoginSeen = z.object({ at: IsoTime, findings: z.array(Finding) });
export type LoginSeen = z.infer<typeof LoginSeen>;

const Watched = z.object({
  state: WatchState,
  login: LoginSeen.nullable(),
  /** What the latest bad look found: it may be well at the look at which it is said to flap. */
  lastBad: z.array(Finding),
});
export type Watched = z.infer<typeof Watched>;

/** What a watch remembers of its targets from one look to the next. `version` counts how often it was written. */
export const WatchMemory = z.object({ version: z.int().min(0), targets: z.record(z.string(), Watched) });
export type WatchMemory = z.infer<typeof WatchMemory>;

/** Where a watch is heard, equal for whoever asked there: incidents of one cause are one message there. */
export const placeOf = ({ to, by }: Pick<Watch, 'to' | 'by'>): string => {
  if (to.is === 'named') return `${to.platform} ${to.name}`;
  return `${to.address.platform} ${by?.channel ?? `@${by?.user ?? ''}`}`;
};
