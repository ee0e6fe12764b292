import type { Claims, History, LoginMemory, Pens, Runs, Slots } from '../intake/ports.js';

/** Everything that bot and workers share, in Redis or, for one process alone, in memory. */
export type Store = { runs: Runs; claims: Claims; pens: Pens; slots: Slots; logins: LoginMemory; history: History };

/** How long and how much the store keeps; tests hand in shorter ones. */
export type Limits = {
  /** A run that was begun and not kept: its process died, another delivery may begin anew. */
  beginMs: number;
  /** Slack repeats an event within an hour, for which the queue keeps finished jobs too. */
  keepMs: number;
  penMs: number;
  sealMs: number;
  /** Connections to one target at a time. */
  slots: number;
  /** A login attempt whose worker died: nobody knows whether the password was sent. */
  runningMs: number;
  refusedMs: number;
  historyMs: number;
  /** Reports of one target; one has up to a few hundred kilobytes. */
  historyCount: number;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const LIMITS: Limits = {
  beginMs: 30_000,
  keepMs: DAY,
  penMs: 10_000,
  sealMs: 7 * DAY,
  slots: 2,
  runningMs: HOUR / 4,
  refusedMs: 90 * DAY,
  historyMs: 90 * DAY,
  historyCount: 100,
};
