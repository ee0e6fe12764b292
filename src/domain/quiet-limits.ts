import { z } from 'zod';
import { IsoTime } from './clock.js';
import { Cron } from './digest-cron.js';

/** Why, in a person's own words: without one nobody could tell later whether it still holds. */
export const Because = z.string().min(1).max(200);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
export const LEAST_MUTE_MS = MINUTE;
/** Whoever wants silence for longer than this wants to accept something, or to take the target out. */
export const MOST_MUTE_MS = 30 * DAY;
const LEAST_WINDOW_MS = 5 * MINUTE;
const MOST_WINDOW_MS = 7 * DAY;
/** Nothing is accepted for good: once a year somebody looks again. */
export const MOST_AHEAD_MS = 366 * DAY;
/** Of all together. A person must be able to look through the list. */
export const MOST_QUIETS = 500;

export const WindowMs = z.int().min(LEAST_WINDOW_MS).max(MOST_WINDOW_MS);

/** Once, or again and again: `pattern` is when it begins, on the clock of its zone. */
export const WindowTimes = z.discriminatedUnion('is', [
  z.object({ is: z.literal('once'), from: IsoTime, until: IsoTime }),
  z.object({ is: z.literal('again'), pattern: Cron, forMs: WindowMs }),
]);
export type WindowTimes = z.infer<typeof WindowTimes>;
