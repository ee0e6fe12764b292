import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence } from './evidence.js';

const Count = z.int().min(0);

/** `tbl_exsubscription` of Unity Connection: each push subscription with the last notification that came for it, in UTC. */
export const PushSubscriptions = evidence('push-subscriptions', {
  rows: Count,
  /** Of `select first n`; null where all were asked for. */
  limit: z.int().nullable(),
  /** Only rows that a condition chose; absent where all were asked for, or nobody knows. */
  isNarrowed: z.boolean().optional(),
  /** Something follows the table, so its end is not missing. */
  isWhole: z.boolean(),
  /**
   * When the table was asked for. `stated`: a line of the same file says so. `reading`: when it was read, for the newest row is less than
   * a quarter of an hour older. `newest`: nobody knows, and it was not before the newest row.
   */
  now: IsoTime.nullable(),
  nowFrom: z.enum(['stated', 'reading', 'newest']),
  newest: IsoTime.nullable(),
  oldest: IsoTime.nullable(),
  /** How far the newest row is ahead of `now`: clocks differ by at least that. */
  aheadMs: Count,
  /** Rows older than 15, 20 and 60 minutes before `now`; each counts in every one that it exceeds. */
  stale: z.object({ min15: Count, min20: Count, min60: Count }),
  staleRows: z.array(z.object({ id: z.string().max(64), at: IsoTime, user: z.string().max(64).nullable() })).max(50),
  freshIds: z.array(z.string().max(64)).max(50),
  /** Rows whose time could not be read. */
  unreadable: Count,
});
export type PushSubscriptions = z.infer<typeof PushSubscriptions>;
