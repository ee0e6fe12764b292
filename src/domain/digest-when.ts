import { z } from 'zod';
import { Cron } from './digest-cron.js';
import { nearest } from './nearest.js';
import { typedWord } from './typed-word.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A summary that comes more often than this is none. */
const LEAST_EVERY_MS = 15 * MINUTE;
const MOST_EVERY_MS = 7 * 24 * HOUR;

/** Which digest is meant, in commands and job ids. */
export const DigestId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, at most 40 of them',
  )
  .brand<'DigestId'>();
export type DigestId = z.infer<typeof DigestId>;

/** A time zone by its name in the IANA database, such as `Europe/Paris`. */
export const Zone = z
  .string()
  .max(64)
  .refine(name => zoneNamed(name) === name, { message: 'expected a time zone such as Europe/Paris or UTC' });
export type Zone = z.infer<typeof Zone>;

/** `cron`: at these times of the clock on the wall. `every`: so long apart, counted from 1970 in UTC, whatever the clocks do. */
export const When = z.discriminatedUnion('is', [
  z.object({ is: z.literal('cron'), pattern: Cron }),
  z.object({ is: z.literal('every'), everyMs: z.int().min(LEAST_EVERY_MS).max(MOST_EVERY_MS) }),
]);
export type When = z.infer<typeof When>;

export type ReadWhen = { is: 'when'; when: When; rest: string[] } | { is: 'mistake'; says: string };

/** As the intake and the configuration spell it. */
export const WHEN_EXAMPLES =
  '`daily 08:00`, `weekdays 07:30`, `weekly mon 08:00`, `every 4h` or cron as in `0 8 * * 1-5`';

/** Takes the time from the front of some words and gives back what is left. Pure. */
export const readWhen = (words: readonly string[]): ReadWhen => {
  const [first = '', ...rest] = words;
  switch (first.toLowerCase()) {
    case 'daily':
      return at(rest, '*');
    case 'weekdays':
      return at(rest, '1-5');
    case 'weekly':
      return weekly(rest);
    case 'every':
      return every(rest);
  }
  if (/^[\d*]/.test(first)) return cron(words);
  const near = nearest(first, ['daily', 'weekdays', 'weekly', 'every']);
  return mistake(
    first === ''
      ? `A digest wants a time: ${WHEN_EXAMPLES}.`
      : `I know no time \`${typedWord(first)}\`.${near ? ` Did you mean \`${near}\`?` : ''} A digest wants ${WHEN_EXAMPLES}.`,
  );
};

/** A whole text, with nothing behind it. */
export const readWhenText = (text: string): When | null => {
  const read = readWhen(text.split(/\s+/).filter(Boolean));
  return read.is === 'when' && read.rest.length === 0 ? read.when : null;
};

const at = ([time = '', ...rest]: readonly string[], days: string): ReadWhen => {
  const clock = /^(\d{1,2})(?::|h|\.)(\d{2})$/.exec(time);
  const [hour, minute] = [Number(clock?.[1]), Number(clock?.[2])];
  if (!clock || hour > 23 || minute > 59)
    return mistake(`A digest wants a time of day from 00:00 to 23:59 there, as in \`daily 08:00\`${found(time)}.`);
  return good({ is: 'cron', pattern: `${minute} ${hour} * * ${days}` }, rest);
};

const weekly = ([day = '', ...rest]: readonly string[]): ReadWhen => {
  const index = DAYS.findIndex(name => name.toLowerCase().startsWith(day.toLowerCase()) && day.length >= 2);
  return index < 0
    ? mistake(`\`weekly\` wants a day and a time, as in \`weekly mon 08:00\`${found(day)}.`)
    : at(rest, String(index));
};

const every = ([span = '', ...rest]: readonly string[]): ReadWhen => {
  const read = /^(\d{1,5})(m|min|h|d)$/i.exec(span); // a week has 10080 minutes
  const everyMs = Number(read?.[1]) * (UNIT[read?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  if (!(everyMs >= LEAST_EVERY_MS && everyMs <= MOST_EVERY_MS))
    return mistake(`\`every\` wants a span from 15m to 7d, as in \`every 4h\`${found(span)}.`);
  return good({ is: 'every', everyMs }, rest);
};
const UNIT: Readonly<Record<string, number>> = { m: MINUTE, min: MINUTE, h: HOUR, d: 24 * HOUR };

const cron = (words: readonly string[]): ReadWhen => {
  const read = Cron.safeParse(words.slice(0, 5).join(' '));
  return read.success
    ? good({ is: 'cron', pattern: read.data }, words.slice(5))
    : mistake(`This is no cron line: ${read.error.issues[0]?.message}. A digest wants ${WHEN_EXAMPLES}.`);
};

/** `on weekdays at 07:30`, `every 4 h`: as people say it. */
export const whenWords = (when: When): string => {
  if (when.is === 'every') return `every ${spanWords(when.everyMs)}`;
  const [minute = '', hour = '', ...days] = when.pattern.split(' ');
  if (!/^\d+$/.test(minute) || !/^\d+$/.test(hour)) return `by cron ${when.pattern}`;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (days.join(' ') === '* * *') return `every day at ${time}`;
  if (days.join(' ') === '* * 1-5') return `on weekdays at ${time}`;
  const day = /^\* \* ([0-6])$/.exec(days.join(' '));
  return day ? `every ${DAYS[Number(day[1])]} at ${time}` : `by cron ${when.pattern}`;
};
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const spanWords = (ms: number): string => {
  if (ms % (24 * HOUR) === 0) return ms === 24 * HOUR ? '24 h' : `${ms / (24 * HOUR)} days`;
  return ms % HOUR === 0 ? `${ms / HOUR} h` : `${ms / MINUTE} min`;
};

/** The zone as the database spells it, or null where it knows none of that name. */
export const zoneNamed = (word: string): string | null => {
  if (/^(?:utc|gmt|z)$/i.test(word)) return 'UTC';
  if (!/^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$/.test(word)) return null;
  const known = ZONES.find(name => name.toLowerCase() === word.toLowerCase());
  if (known) return known;
  try {
    new Intl.DateTimeFormat('en', { timeZone: word }); // an older name, which the list leaves out
    return word;
  } catch {
    return null;
  }
};
export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

const found = (word: string): string => (word === '' ? '' : `, not \`${typedWord(word)}\``);
const good = (when: When, rest: readonly string[]): ReadWhen => ({ is: 'when', when, rest: [...rest] });
const mistake = (says: string): ReadWhen => ({ is: 'mistake', says });
