import type { Window } from './history.js';

const HOUR_MS = 3_600_000;
const UNITS = { h: 1, d: 24, w: 7 * 24 } as const;
const MOST_HOURS = 800 * 24;

/** What is shown where nobody says how much. */
export const USUAL_HOURS = 7 * 24;
export const RANGE_WORDS = 'hours, days or weeks, such as 24h, 7d or 4w, at most 800d';

/** `24h`, `7d`, `4w` in hours; null where it is none of them, or too much. */
export const hoursIn = (word: string): number | null => {
  const [, amount, unit] = /^([1-9]\d{0,4})([hdw])$/.exec(word.toLowerCase()) ?? [];
  const hours = Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  return hours <= MOST_HOURS ? hours : null;
};

export const windowOf = (nowMs: number, hours: number): Window => ({
  fromMs: nowMs - hours * HOUR_MS,
  untilMs: nowMs,
});
