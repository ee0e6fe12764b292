import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/**
 * How many IMAP sessions one account could hold at once, found by opening one after another until something ended it.
 * `refusal` is the server's no to the session after the last one that opened; `stoppedBy` any other end.
 */
export const ImapLadder = evidence('imap-ladder', {
  /** Whose sessions: the account that the agents share, or a test mailbox of its own. */
  account: z.enum(['shared', 'test']),
  /** How many were asked for, and how many were open at the end of the climb; the canary is the first of them. */
  asked: z.int().min(1),
  opened: z.int().min(0),
  refusal: z
    .object({
      stage: z.enum(['connect', 'greeting', 'tls', 'login', 'select']),
      status: z.enum(['OK', 'NO', 'BAD', 'BYE']).nullable(),
      text: z.string().nullable(),
    })
    .nullable(),
  stoppedBy: z.enum(['refusal', 'asked-for', 'deadline', 'canary', 'person', 'no-room', 'login-withheld']),
  /** The reason in words, where `stoppedBy` alone does not tell. */
  says: z.string().nullable(),
  /** Sessions that somebody else held according to what is known, null where nobody knows. */
  heldByOthers: z.int().min(0).nullable(),
  /** The first session, which was open before the climb and only asked whether it lives: was it lost? Null where there was none. */
  canaryLost: z.boolean().nullable(),
  /** One entry a session that opened: when it was asked for, and how long it took. */
  rungs: z.array(z.object({ atMs: TookMs, tookMs: TookMs })).max(4000),
  /** Sessions that did not end with a LOGOUT that the server answered. */
  leftOpen: z.int().min(0),
  /** How long the sessions took to be given back. */
  gaveBackMs: TookMs,
  tookMs: TookMs,
});
export type ImapLadder = z.infer<typeof ImapLadder>;
