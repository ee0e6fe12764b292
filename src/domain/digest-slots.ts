import { cronTimes } from './digest-cron.js';
import type { When, Zone } from './digest-when.js';

/**
 * A slot is the moment at which a digest is due, in milliseconds since 1970. Every time on the wall has exactly one: where the clocks
 * go back and it comes twice, the first; where they go forward and it does not come, as much later as the clocks jumped. So no change
 * of the clocks loses a digest or doubles one.
 */
export type Slot = number;

type Timed = { when: When; zone: Zone };

const DAY = 86_400_000;
/** Of 29 February on a Monday there may be none for 28 years. */
const FAR_DAYS = 366 * 41;

/** The first slot after that moment; null where none comes any more. */
export const nextSlot = ({ when, zone }: Timed, after: number): Slot | null => {
  if (when.is === 'every') return (Math.floor(after / when.everyMs) + 1) * when.everyMs;
  const times = timesOf(when.pattern);
  const today = dayOf(after, zone);
  for (let day = today - 1; day <= today + FAR_DAYS; day++) {
    // A time that the clocks jump over late in a day comes on the day after.
    if (!isOn(times, day) && !isOn(times, day + 1)) continue;
    const slots = [...slotsOf(times, day, zone), ...slotsOf(times, day + 1, zone)].filter(slot => slot > after);
    if (slots.length > 0) return Math.min(...slots);
  }
  return null;
};

/** The latest slot at or before that moment, looked for no further back than `withinMs`. */
export const lastSlot = ({ when, zone }: Timed, before: number, withinMs: number): Slot | null => {
  const within = (slot: number) => slot <= before && slot >= before - withinMs;
  if (when.is === 'every') {
    const slot = Math.floor(before / when.everyMs) * when.everyMs;
    return within(slot) ? slot : null;
  }
  const times = timesOf(when.pattern);
  const slots: Slot[] = [];
  for (let day = dayOf(before - withinMs, zone) - 1; day <= dayOf(before, zone); day++)
    slots.push(...slotsOf(times, day, zone).filter(within));
  return slots.length > 0 ? Math.max(...slots) : null;
};

const timesOf = (pattern: string) => {
  const known = read.get(pattern);
  if (known) return known;
  if (read.size > 1_000) read.clear();
  const times = cronTimes(pattern);
  read.set(pattern, times);
  return times;
};
const read = new Map<string, ReturnType<typeof cronTimes>>();

/** Days are counted from 1970, as the calendar on the wall has them. */
const isOn = ({ days, months, weekdays, eitherDay }: ReturnType<typeof cronTimes>, day: number): boolean => {
  const date = new Date(day * DAY);
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const [byDate, byWeek] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
  return eitherDay ? byDate || byWeek : byDate && byWeek;
};

const slotsOf = (times: ReturnType<typeof cronTimes>, day: number, zone: Zone): Slot[] => {
  if (!isOn(times, day)) return [];
  const walls = times.hours.flatMap(hour =>
    times.minutes.map(minute => day * DAY + hour * 3_600_000 + minute * 60_000),
  );
  const [before, after] = [offsetAt((day - 1) * DAY, zone), offsetAt((day + 2) * DAY, zone)];
  return walls.map(wall => (before === after ? wall - before : momentOf(wall, zone)));
};

/** `wall` is a time on the wall, written as if it were UTC. */
const momentOf = (wall: number, zone: Zone): number => {
  const before = offsetAt(wall - DAY, zone);
  const early = wall - before;
  if (offsetAt(early, zone) === before) return early; // also the first of two
  const late = wall - offsetAt(wall + DAY, zone);
  return wallOf(late, zone) === wall ? late : early;
};

const dayOf = (moment: number, zone: Zone): number => Math.floor(wallOf(moment, zone) / DAY);
const wallOf = (moment: number, zone: Zone): number => moment + offsetAt(moment, zone);

/** How far the wall is ahead of UTC, to the second. Days begin over and over again, and a look into the time zone is slow: they are remembered. */
const offsetAt = (moment: number, zone: Zone): number => {
  if (zone === 'UTC') return 0;
  if (moment % DAY !== 0) return lookedUp(moment, zone);
  const key = `${zone} ${moment}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size > 10_000) offsets.clear();
  const offset = lookedUp(moment, zone);
  offsets.set(key, offset);
  return offset;
};
const offsets = new Map<string, number>();

const lookedUp = (moment: number, zone: Zone): number => {
  const at: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(moment)) at[type] = Number(value);
  const wall = Date.UTC(at.year ?? 0, (at.month ?? 1) - 1, at.day, at.hour, at.minute, at.second);
  return wall - Math.floor(moment / 1_000) * 1_000;
};

const formatOf = (zone: Zone): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-21 08:00` as the clock on the wall there shows it. */
export const wallWords = (moment: number, zone: Zone): string =>
  new Date(wallOf(moment, zone)).toISOString().slice(0, 16).replace('T', ' ');
