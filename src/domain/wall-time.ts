import { z } from 'zod';
import { Cron } from './digest-cron.js';
import { nextSlot, wallWords } from './digest-slots.js';
import type { Zone } from './digest-when.js';

/**
 * A moment as people name one, which means something only where and when they say it. `clock`: the next time that the clock on the
 * wall shows it; with a `day` only on that one.
 */
export const WallTime = z.discriminatedUnion('is', [
  z.object({ is: z.literal('now') }),
  z.object({ is: z.literal('in'), ms: z.int().min(0) }),
  z.object({ is: z.literal('clock'), pattern: Cron, day: z.iso.date().nullable() }),
]);
export type WallTime = z.infer<typeof WallTime>;

const DAY = 86_400_000;

/** Null where that day is over, or there is none. */
export const momentOf = (time: WallTime, zone: Zone, now: number): number | null => {
  if (time.is === 'now') return now;
  if (time.is === 'in') return now + time.ms;
  const at = nextSlot({ when: { is: 'cron', pattern: time.pattern }, zone }, now);
  return at !== null && (time.day === null || wallWords(at, zone).startsWith(time.day)) ? at : null;
};

/** Of a day that is named in full: wherever it lies, also behind us. */
export const momentOfDay = (time: Extract<WallTime, { is: 'clock' }>, day: string, zone: Zone): number | null =>
  momentOf({ ...time, day }, zone, Date.parse(day) - 2 * DAY);

/** `90m`, `2h`, `3d`. Null where it is none. */
export const spanIn = (word: string): number | null => {
  const read = /^(\d{1,4})(m|min|h|d)$/i.exec(word);
  const unit = UNIT[read?.[2]?.toLowerCase() ?? ''];
  return read && unit ? Number(read[1]) * unit : null;
};
const UNIT: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: 3_600_000, d: DAY };

/** `22:00`, `sat 22:00`, `2026-12-05 22:00`, `now`, taken from the front; null where there is none. */
export const readWallTime = (words: readonly string[]): { time: WallTime; rest: string[] } | null => {
  const [first = '', second = '', ...rest] = words;
  if (/^now$/i.test(first)) return { time: { is: 'now' }, rest: words.slice(1) };
  const alone = clockIn(first);
  if (alone) return clock(`${alone} * * *`, null, words.slice(1));
  const time = clockIn(second);
  if (!time) return null;
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(first);
  if (date) return clock(`${time} ${Number(date[3])} ${Number(date[2])} *`, first, rest);
  const day = dayIn(first);
  return day === null ? null : clock(`${time} * * ${day}`, null, rest);
};

/** The last minute of a day that is named alone: `2026-12-31`. */
export const readDay = (word: string): WallTime | null => {
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word);
  return date ? (clock(`59 23 ${Number(date[3])} ${Number(date[2])} *`, word, [])?.time ?? null) : null;
};

const clock = (pattern: string, day: string | null, rest: string[]): { time: WallTime; rest: string[] } | null => {
  const read = WallTime.safeParse({ is: 'clock', pattern, day });
  return read.success ? { time: read.data, rest } : null;
};

/** The first two fields of cron. */
const clockIn = (word: string): string | null => {
  const read = /^(\d{1,2})(?::|h)(\d{2})$/.exec(word);
  if (!read || Number(read[1]) > 23 || Number(read[2]) > 59) return null;
  return `${Number(read[2])} ${Number(read[1])}`;
};

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayIn = (word: string): number | null => {
  const index = DAYS.findIndex(name => name.startsWith(word.toLowerCase()));
  return word.length >= 2 && index >= 0 ? index : null;
};
