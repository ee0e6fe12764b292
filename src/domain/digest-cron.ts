import { z } from 'zod';

/** The values that one line of cron allows; days of the week from Sunday, 0. */
export type CronTimes = {
  minutes: readonly number[];
  hours: readonly number[];
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** As cron has it: where both days are restricted, either is enough. */
  eitherDay: boolean;
};

const FIELDS = [
  { name: 'minute', least: 0, most: 59, words: [] },
  { name: 'hour', least: 0, most: 23, words: [] },
  { name: 'day of the month', least: 1, most: 31, words: [] },
  {
    name: 'month',
    least: 1,
    most: 12,
    words: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', least: 0, most: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

/** A digest every quarter of an hour is the most that anybody reads. */
const MOST_AN_HOUR = 4;
const DAYS_OF = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Five fields as crontab(5) has them: `*`, numbers, names, lists, ranges and steps. Kept as it was written, in lower case. */
export const Cron = z
  .string()
  .max(200)
  .transform((text, context) => {
    const pattern = text.trim().toLowerCase().split(/\s+/).join(' ');
    const says = faultIn(pattern);
    if (says === null) return pattern;
    context.addIssue({ code: 'custom', message: says });
    return z.NEVER;
  });

const faultIn = (pattern: string): string | null => {
  const fields = pattern.split(' ');
  if (fields.length !== FIELDS.length)
    return 'it has five fields, which are minute, hour, day of the month, month and day of the week';
  const wrong = FIELDS.find((field, index) => valuesOf(fields[index] ?? '', field) === null);
  if (wrong) return `the ${wrong.name} wants ${wrong.least} to ${wrong.most}, *, lists, ranges or steps`;
  const { minutes, days, months, eitherDay } = cronTimes(pattern);
  if (minutes.length > MOST_AN_HOUR) return 'it would come more than four times an hour';
  const comes = eitherDay || [...months].some(month => [...days].some(day => day <= (DAYS_OF[month - 1] ?? 0)));
  return comes ? null : 'no month has such a day';
};

/** Of a pattern that `Cron` has passed. */
export const cronTimes = (pattern: string): CronTimes => {
  const texts = pattern.split(' ');
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = FIELDS.map(
    (field, index) => valuesOf(texts[index] ?? '', field) ?? [],
  );
  const isOpen = (text = '') => text.startsWith('*');
  return {
    minutes,
    hours,
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays.map(day => day % 7)),
    eitherDay: !isOpen(texts[2]) && !isOpen(texts[4]),
  };
};

/** In order and each once, or null where the text is none of this field's. */
const valuesOf = (text: string, { least, most, words }: (typeof FIELDS)[number]): number[] | null => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const read = /^(\*|([a-z]+|\d{1,2})(?:-([a-z]+|\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (!read) return null;
    const [, whole, from = '', to, step] = read;
    const first = whole === '*' ? least : numberOf(from, words);
    // `5/15` counts on to the end of the field.
    const last = whole === '*' || (step !== undefined && to === undefined) ? most : numberOf(to ?? from, words);
    const by = step === undefined ? 1 : Number(step);
    if (!(first >= least && last <= most && first <= last && by >= 1)) return null;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
};

const numberOf = (text: string, words: readonly string[]): number => {
  if (/^\d+$/.test(text)) return Number(text);
  const index = words.indexOf(text);
  return index < 0 ? Number.NaN : index;
};
