import { z } from 'zod';
import { evidence } from './evidence.js';

/**
 * An event of Exchange that says the same thing so many times. Ids are told apart by their source, since 1009 means two things.
 * `first` and `last` stand as the source has them: in UTC where `utc`, else by the clock and in the form of the machine that showed them.
 */
export const ExchangeEvent = evidence('exchange-event', {
  about: z.enum([
    'store-sessions',
    'store-objects',
    'imap-per-user',
    'imap-per-address',
    'imap-in-all',
    'over-budget',
    'connector-per-source',
    'connector-in-all',
    'smtp-login',
    'pressure',
    'push-failed',
    'push-given-up',
  ]),
  provider: z.string(),
  /** Null where a protocol log says it, whose name `provider` then is. */
  id: z.int().nullable(),
  server: z.string().nullable(),
  /** Whom it hits: a legacy DN, an account, an address, or the address to which a notification went. */
  subject: z.string().nullable(),
  /** The limit that was met. */
  limit: z.int().nullable(),
  /** What was limited (an object type, a component, a connector), or how a notification failed (`ConnectFailure`). */
  of: z.string().nullable(),
  /** More of its own words: a policy with its part, a status of HTTP, a mechanism. */
  detail: z.string().nullable(),
  times: z.int().min(1),
  first: z.string().nullable(),
  last: z.string().nullable(),
  utc: z.boolean(),
});
export type ExchangeEvent = z.infer<typeof ExchangeEvent>;
