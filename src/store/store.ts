import type {
  AuditLog,
  Claims,
  Consents,
  Conversations,
  Digests,
  GoingReadings,
  Heartbeats,
  History,
  Inbox,
  LoginMemory,
  Parcels,
  Pens,
  Quiets,
  Rates,
  Readings,
  Runs,
  Slots,
  Stops,
  Watches,
} from '../intake/ports.js';

/** Everything that bot and workers share, in Redis or, for one process alone, in memory. */
export type Store = {
  runs: Runs;
  inbox: Inbox;
  claims: Claims;
  consents: Consents;
  stops: Stops;
  pens: Pens;
  slots: Slots;
  logins: LoginMemory;
  history: History;
  conversations: Conversations;
  digests: Digests;
  quiets: Quiets;
  rates: Rates;
  watches: Watches;
  heartbeats: Heartbeats;
  parcels: Parcels;
  readings: Readings;
  auditLog: AuditLog;
  goingReadings: GoingReadings;
};

/** How long and how much the store keeps; tests hand in shorter ones. */
export type Limits = {
  /** A run that was begun and not kept: its process died, another delivery may begin anew. */
  beginMs: number;
  /** Slack repeats an event within an hour, for which the queue keeps finished jobs too. */
  keepMs: number;
  /** A question that nobody came to answer is too old to be answered. */
  inboxMs: number;
  /** A bot that has not told of itself for so long is gone. */
  ownerGoneMs: number;
  /** How many bots in turn may end over one question. */
  inboxTries: number;
  penMs: number;
  sealMs: number;
  /** Connections to one target at a time. */
  slots: number;
  /** A login attempt whose worker died: nobody knows whether the password was sent. */
  runningMs: number;
  refusedMs: number;
  /** A login of which nobody heard how it ended: one a day, if all of them were refused, locks no account. */
  unheardLoginMs: number;
  /** What was shown can be agreed to for so long. */
  consentMs: number;
  /** A «stop» outlives whatever it may have to stop. */
  stopMs: number;
  stopPollMs: number;
  /** Without an answer for so long, what nobody could stop is stopped. */
  unheardMs: number;
  /** Whole reports: how long one with a problem is kept, and how long one without. The newest always stays. */
  historyMs: number;
  healthyReportMs: number;
  /** Reports of one target; one has up to a few hundred kilobytes. Those without a problem make room first. */
  historyCount: number;
  /** Of these, ones without a problem: of a target that is checked every few minutes nobody asks for more than the newest. */
  healthyReportCount: number;
  /** Rows of a target: from which age on they are thinned to hours and to days, when healthy ones go, and when the rest does. */
  hourlyAfterMs: number;
  dailyAfterMs: number;
  rowMs: number;
  failureRowMs: number;
  rowsPerDay: number;
  parcelMs: number;
  /** What was read for a target: how long it counts in checks, and how much of one target is kept. */
  readingMs: number;
  readingCount: number;
  readingBytes: number;
  /** A reading under way whose process says nothing of it for so long has lost it. */
  goingMs: number;
  /** The last word of a worker, and of how many of one site. */
  heardMs: number;
  heardCount: number;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const LIMITS: Limits = {
  beginMs: 30_000,
  keepMs: DAY,
  inboxMs: HOUR,
  ownerGoneMs: 8_000,
  inboxTries: 3,
  penMs: 10_000,
  sealMs: 7 * DAY,
  slots: 2,
  runningMs: HOUR / 4,
  refusedMs: 90 * DAY,
  unheardLoginMs: DAY,
  consentMs: HOUR / 6,
  stopMs: HOUR,
  stopPollMs: 200,
  unheardMs: 3000,
  historyMs: 90 * DAY,
  healthyReportMs: 7 * DAY,
  historyCount: 100,
  healthyReportCount: 12,
  hourlyAfterMs: 2 * DAY,
  dailyAfterMs: 14 * DAY,
  rowMs: 400 * DAY,
  failureRowMs: 800 * DAY,
  rowsPerDay: 1440,
  parcelMs: HOUR,
  readingMs: DAY,
  readingCount: 50,
  readingBytes: 1_500_000,
  goingMs: 10_000,
  heardMs: 7 * DAY,
  heardCount: 100,
};
