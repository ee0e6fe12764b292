import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence } from './evidence.js';

const Count = z.int().min(0);

/** Push notifications of EWS as they were on the wire: what Exchange sent to Unity Connection, what it was told, and how it was subscribed. */
export const PushMessages = evidence('push-messages', {
  keepAlives: Count,
  events: Count,
  answers: z.object({ ok: Count, unsubscribe: Count, other: Count }),
  /** `id` is the one in the address, and in `tbl_exsubscription`; `exchange` the server that the SubscriptionId names. */
  subscriptions: z
    .array(
      z.object({
        id: z.string().max(64).nullable(),
        exchange: z.string().max(255).nullable(),
        guid: z.string().max(36).nullable(),
        created: IsoTime.nullable(),
        /** Where notifications go to, as the request has it. */
        to: z.string().max(260).nullable(),
      }),
    )
    .max(100),
  /** Subscribe requests, and the answers to them that Exchange gave: `NoError` or why not. */
  subscribes: Count,
  subscribed: z.array(z.object({ code: z.string().max(64), times: Count })).max(10),
  statusFrequencyMin: z.int().nullable(),
});
export type PushMessages = z.infer<typeof PushMessages>;
