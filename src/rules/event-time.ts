import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Certainty, Finding } from '../domain/verdict.js';

type Event = EvidenceOf<'exchange-event'>;

/**
 * For so long before a look an event tells how it is at that look. Exchange writes 1009 once after each start of the service and is
 * restarted with its updates, so a day would be too short; what is older may have been mended long ago.
 */
const PROVES_FOR_DAYS = 7;
const DAY_MS = 24 * 3_600_000;
/** Clocks of two machines may differ, and no more is forgiven. */
const AHEAD_MS = 2 * 60_000;
/** A local time is at most so far from UTC. */
const ZONES_MS = 14 * 3_600_000;

/**
 * What an event is worth at the time of the look: `current` proves; `undated` has no date, or no zone, and may; `outlived` is older
 * than a success that was seen; `old` is outside the window. The last two are history and no fault of now.
 */
export type Standing = 'current' | 'undated' | 'outlived' | 'old';

export const standingOf = (
  { last, utc }: Pick<Event, 'last' | 'utc'>,
  now: IsoTime,
  successes: readonly { at: IsoTime }[] = [],
): Standing => {
  const span = last === null ? null : utc ? instant(last) : spanOf(last);
  if (!span) return 'undated';
  if (span.until < Date.parse(now) - PROVES_FOR_DAYS * DAY_MS) return 'old';
  if (successes.some(({ at }) => Date.parse(at) > span.until)) return 'outlived';
  return utc && span.from <= Date.parse(now) + AHEAD_MS ? 'current' : 'undated';
};

export const isHistory = (standing: Standing): boolean => standing === 'outlived' || standing === 'old';

/** How sure a claim is that rests on events of that standing, where a current one would make it `most`. */
export const certaintyAt = (standing: Standing, most: Certainty): Certainty => {
  if (isHistory(standing)) return 'possible';
  return standing === 'undated' && most === 'proven' ? 'likely' : most;
};

/** The best of them, as one current event is enough. */
export const bestStanding = (all: readonly Standing[]): Standing =>
  ORDER.find(standing => all.includes(standing)) ?? 'old';
const ORDER = ['current', 'undated', 'outlived', 'old'] as const;

/** Behind a sentence on what has happened: why it is told as history. Nothing where it is none. */
export const historyWords = (standing: Standing): string =>
  standing === 'outlived'
    ? '. That was before the success that this look has seen, so it is history'
    : standing === 'old'
      ? `. That was more than ${PROVES_FOR_DAYS} days before this look, so it says nothing about now`
      : '';

/** What would raise the certainty of such an event. */
export const datedAsk = {
  says: 'When was it? The event has no date, or none with a zone; exported as XML or CLIXML it has one.',
  steps: [],
};
/** What would show that history is not over. */
export const againAsk = {
  says: `Has it happened again since? An event of the last ${PROVES_FOR_DAYS} days, later than the last success, says yes.`,
  steps: [],
};

/**
 * Events by what they are worth, so that history is never told in one breath with what is so now.
 * @param successesOf what was seen that such an event does not outlive
 */
export const byStanding = (
  events: readonly Event[],
  now: IsoTime,
  successesOf: (event: Event) => readonly { at: IsoTime }[] = () => [],
): { standing: Standing; all: readonly Event[] }[] =>
  ORDER.map(standing => ({
    standing,
    all: events.filter(event => standingOf(event, now, successesOf(event)) === standing),
  })).filter(({ all }) => all.length > 0);

/** The same of what a record holds, whose time is that of its line, or of reading it where it has none. */
export const standingAt = (at: IsoTime, now: IsoTime, successes: readonly { at: IsoTime }[] = []): Standing =>
  standingOf({ last: at, utc: true }, now, successes);

/** A finding of current events, made what it is worth: history changes nothing and is no fault. */
export const atStanding = <Body extends Omit<Finding, 'rule'>>(finding: Body, standing: Standing): Body => {
  const certainty = certaintyAt(standing, finding.certainty);
  if (!isHistory(standing))
    return { ...finding, certainty, asks: standing === 'undated' ? [...finding.asks, datedAsk] : finding.asks };
  return {
    ...finding,
    severity: 'notice',
    certainty,
    says: `${finding.says.replace(/\.$/, '')}${historyWords(standing)}.`,
    asks: [againAsk],
    remedies: [],
  };
};

const instant = (time: string) => ({ from: Date.parse(time), until: Date.parse(time) });

/** The earliest and the latest moment that a local time of some country may be; null where it names no day with its year. */
const spanOf = (text: string): { from: number; until: number } | null => {
  const iso = /(?<!\d)(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})(?!\d)/.exec(text);
  const other = /(?<!\d)(\d{1,2})[-/.] ?(\d{1,2})[-/.] ?(\d{4})(?!\d)/.exec(text);
  const [, a = '', b = '', year = ''] = other ?? [];
  const days = iso
    ? [dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))]
    : [dayOf(Number(year), Number(a), Number(b)), dayOf(Number(year), Number(b), Number(a))];
  const real = days.filter(day => day !== null);
  if (real.length === 0) return null;
  return { from: Math.min(...real) - ZONES_MS, until: Math.max(...real) + DAY_MS + ZONES_MS };
};

/** Whether a moment has passed, in whatever form and zone it is written; `unclear` where one of the ways to read it says yes and one no. */
export const hasPassed = (text: string, now: IsoTime): 'yes' | 'no' | 'unclear' => {
  const isExact = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const exact = isExact ? Date.parse(text) : Number.NaN;
  const span = Number.isNaN(exact) ? spanOf(text) : { from: exact, until: exact };
  if (!span || (span.from <= Date.parse(now) && span.until >= Date.parse(now))) return 'unclear';
  return span.until < Date.parse(now) ? 'yes' : 'no';
};

const dayOf = (year: number, month: number, day: number): number | null =>
  year > 1990 && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? Date.UTC(year, month - 1, day) : null;
