import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence } from './evidence.js';

const Count = z.int().min(0);
const SubscriptionKey = z.string().max(64);

/**
 * What an access log of Connection Jetty tells of the notifications that Exchange pushed, over the whole file. Intervals are of one `id`
 * each, for every subscription has its own timer. Bodies are not in such a log: an answer is told by its length.
 */
export const NotifyLog = evidence('notify-log', {
  /** Of all requests, in UTC; null where no line had a time. */
  from: IsoTime.nullable(),
  to: IsoTime.nullable(),
  requests: Count,
  notifications: Count,
  ids: Count,
  /** Notifications that came when more ids were alive than are followed. */
  notFollowed: Count,
  senders: z
    .array(z.object({ address: z.string().max(100), notifications: Count, first: IsoTime, last: IsoTime }))
    .max(20),
  otherSenders: Count,
  /** `ok` has 343 bytes, `unsubscribe` 352; `otherBody` is a 200 of another length. */
  answers: z.object({
    ok: Count,
    unsubscribe: Count,
    otherBody: Count,
    clientError: Count,
    serverError: Count,
    other: Count,
  }),
  /** By status; `recovered`: a later notification of one of the ids was answered with 200. */
  errors: z
    .array(z.object({ status: z.int(), times: Count, first: IsoTime, last: IsoTime, recovered: z.boolean() }))
    .max(10),
  unsubscribed: z.array(z.object({ id: SubscriptionKey, at: IsoTime })).max(10),
  /** Between two notifications of one id: 330 to 660 s, to 900 s, and above. */
  gaps: z.object({ missed: Count, long: Count, stale: Count }),
  longestGap: z.object({ id: SubscriptionKey, from: IsoTime, to: IsoTime }).nullable(),
  /** An id fell silent, and 15 to 18½ minutes after its last sign of life an id came that was new. */
  renewals: Count,
  renewed: z.array(z.object({ id: SubscriptionKey, last: IsoTime, by: SubscriptionKey, at: IsoTime })).max(10),
  /** Of these, whose silent id had itself come by a renewal. */
  renewedAgain: Count,
  /** Ids silent for over 660 s when the log ended, and not renewed or unsubscribed. */
  silentAtEnd: Count,
  silent: z.array(z.object({ id: SubscriptionKey, last: IsoTime })).max(50),
  /** Nobody at all notified for over 330 s although several ids were alive. */
  standstills: Count,
  longestStandstill: z.object({ from: IsoTime, to: IsoTime, ids: Count }).nullable(),
  /** Lines more than two minutes older than one before them: several logs in one, or a clock that was set. */
  outOfOrder: Count,
});
export type NotifyLog = z.infer<typeof NotifyLog>;
