import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence, Leg, TookMs } from './evidence.js';
import { Mechanism } from './imap-login.js';

const count = z.int().min(0);

/**
 * A no to one session, and what stood beside it at that moment: connections where it was refused before a login, otherwise sessions that
 * had been let in (after a login, or encrypted, where nobody can see it). It never counts itself; what the capture does not show comes on
 * top, so each is a lower bound.
 */
const Refusal = z.object({
  at: IsoTime.nullable(),
  packet: count,
  client: z.string(),
  stage: z.enum(['connect', 'greeting', 'login', 'mailbox', 'later']),
  /** The command that was refused, without its arguments; null where none was given. */
  command: z.string().nullable(),
  mechanism: Mechanism.nullable(),
  text: z.string().nullable(),
  beside: z.object({
    ofClient: count,
    /** Of the account that was refused; null where the capture does not show which it was. */
    ofAccount: count.nullable(),
    ofServer: count,
  }),
  /** Whether the server took the very same name and password in another session of this capture; null where they cannot be compared. */
  sameLoginAccepted: z.boolean().nullable(),
});
export type CapturedRefusal = z.infer<typeof Refusal>;

/** Where a conversation ended that nobody had ended: by whom, with which signal, and what was being done. */
const Break = z.object({
  stage: z.enum(['connect', 'greeting', 'before-login', 'login', 'logged-in', 'encrypted', 'request']),
  command: z.string().nullable(),
  mechanism: Mechanism.nullable(),
  by: z.enum(['client', 'server']),
  how: z.enum(['reset', 'closed']),
  count,
  firstPacket: count,
  firstAt: IsoTime.nullable(),
});

/** Pushes to the notification port of Unity Connection: requests by id, and how long an id was not heard of. */
const Notifications = z.object({
  posts: count,
  ids: count,
  statuses: z.array(z.object({ status: z.int(), count })).max(20),
  /** Requests that arrived complete and were never answered, though the connection was watched for a minute or to its end. */
  unanswered: count,
  /** Answers that tell Exchange to stop. */
  unsubscribed: count,
  /** What came between gave itself away in these headers of requests or answers. */
  via: z.array(z.string()).max(10),
  servers: z.array(z.string()).max(10),
  /** Of one id: the longest pause, and how many were longer than five and a half, eleven and fifteen minutes. */
  longestPauseMs: TookMs.nullable(),
  pauses: z.object({ over330Sec: count, over660Sec: count, over900Sec: count }),
});

/** All conversations with one server in a packet capture, counted. Nothing of their contents but the server's words to a refusal. */
export const CapturedSessions = evidence('captured-sessions', {
  leg: Leg,
  server: z.string(),
  port: z.int(),
  from: IsoTime.nullable(),
  until: IsoTime.nullable(),
  sessions: count,
  /** Those whose first packet is in the capture; the others stood before. */
  begun: count,
  /** Those that turned to encryption, behind which nothing is seen. */
  encrypted: count,
  mostOpen: count,
  /** Most sessions of one account that worked at once; null where the capture shows no account. */
  mostOfOneAccount: count.nullable(),
  accounts: count,
  clients: z
    .array(z.object({ address: z.string(), sessions: count, mostOpen: count, mostWorking: count, refused: count }))
    .max(20),
  clientsInAll: count,
  refused: count,
  /** The first ones, in the order of the capture. */
  refusals: z.array(Refusal).max(10),
  breaks: z.array(Break).max(20),
  /** Connections that were asked for and never answered, or answered with a reset. */
  unanswered: count,
  turnedAway: count,
  resets: z.object({ byClient: count, byServer: count }),
  greeting: z.object({ count, medianMs: TookMs, longestMs: TookMs }).nullable(),
  /** Bytes of these conversations that the capture does not have. */
  missingBytes: count,
  /** Conversations that were given up because there were too many at once to follow. */
  dropped: count,
  notifications: Notifications.nullable(),
});
export type CapturedSessions = z.infer<typeof CapturedSessions>;

/**
 * Whether a refused login gives no reason: over its limit of connections Exchange answers exactly as to a wrong password, and only what
 * stood beside it can tell more.
 */
export const saysNoReason = (text: string | null): boolean =>
  text === null ||
  /^(?:\[AUTHENTICATIONFAILED\] ?)?(?:AUTHENTICATE|LOGIN|Authentication) failed\.?$/i.test(text.trim());
