import { type HistorySummary, lengthOf, type Outage, summarize, type Window } from '../domain/history.js';
import type { HistoryRow, Standing } from '../domain/history-row.js';
import { trendOf } from '../domain/trend.js';
import { drawTrend } from './picture/draw-trend.js';
import { sparks } from './picture/spark.js';
import { historyCharts } from './trend-charts.js';
import { type Picture, type Section, type Tone, text, type View } from './view.js';
import { count, duration, lasted, moment } from './words.js';

const MOST_CHANGES = 20;
const MOST_IN_ALT = 5;
/** Of the picture; one an hour and three quarters in a week. */
const COLUMNS = 96;
const SPARKS = 56;
const HOUR_MS = 3_600_000;

/** What one target was like over some time: facts, changes, and a picture that tells the same. Rows may begin before the window. */
export const historyView = (target: string, rows: readonly HistoryRow[], window: Window): View => {
  const summary = summarize(rows, window);
  const over = overWords(window);
  const footer = `${moment(iso(window.fromMs))} to ${moment(iso(window.untilMs))}. A warning counts as available, unknown as neither.`;
  const bare = {
    tone: toneOf(summary),
    headline: headlineOf(target, over, summary),
    footer,
    file: `uccx-history-${target}`,
  };
  if (!summary.last) return { ...bare, sections: [], footer: '' };
  return {
    ...bare,
    sections: [factsOf(summary, over), ...changesOf(summary)],
    picture: pictureOf(target, rows, window, summary),
  };
};

const pictureOf = (
  target: string,
  rows: readonly HistoryRow[],
  window: Window,
  summary = summarize(rows, window),
): Picture => {
  const title = [target, overWords(window), availabilityWords(summary)].join(' · ');
  return {
    name: `uccx-history-${target}.png`,
    png: drawTrend(trendOf(rows, window, COLUMNS), title).toString('base64'),
    alt: `${target} over ${overWords(window)}: ${altOf(summary)}`,
    spark: sparks(trendOf(rows, window, SPARKS)),
    charts: historyCharts(rows, window),
  };
};

const overWords = ({ fromMs, untilMs }: Window): string => {
  const hours = Math.round((untilMs - fromMs) / HOUR_MS);
  return hours % 24 === 0 && hours > 24 ? count(hours / 24, 'day') : count(hours, 'hour');
};

/** Never rounded up: 100 % is said of nothing that was broken for a moment. */
export const percent = (share: number): string =>
  `${(Math.floor(share * 10_000 + 1e-6) / 100).toFixed(share === 1 ? 0 : 2)} %`;

const availabilityWords = ({ availability }: HistorySummary): string =>
  availability === null ? 'availability not known' : `${percent(availability)} available`;

const headlineOf = (target: string, over: string, summary: HistorySummary): string => {
  const { outages, longestOutage, last } = summary;
  if (!last) return `${target}: nobody looked within ${over}, or it is no longer kept.`;
  const broken =
    outages.length === 0 || !longestOutage
      ? summary.availability === null
        ? 'never seen broken'
        : 'never broken'
      : `broken ${outages.length === 1 ? 'once' : count(outages.length, 'time')}, ${outages.length === 1 ? '' : 'at the longest '}${outageWords(longestOutage)}`;
  return `${target} over ${over}: ${availabilityWords(summary)}, ${broken}; ${NOW[last.is]} since ${moment(last.since)}.`;
};
const NOW: Record<Standing, string> = {
  healthy: 'healthy',
  warning: 'with a warning',
  critical: 'broken',
  unknown: 'unknown',
};

const outageWords = (outage: Outage): string => `${outage.isOver ? '' : 'at least '}${lasted(lengthOf(outage))}`;

const toneOf = ({ last }: HistorySummary): Tone => last?.is ?? 'unknown';

const factsOf = (summary: HistorySummary, over: string): Section => {
  const { looks, ms, logins, needed, possible, certificateDays, gapMs, longestOutage } = summary;
  const total = Object.values(ms).reduce((sum, each) => sum + each, 0);
  const timed = (each: number) => (each === 0 ? 'never' : `${lasted(each)} (${percent(each / total)})`);
  const looked = looks.healthy + looks.warning + looks.critical + looks.unknown;
  const rows: (readonly [string, string | null])[] = [
    [
      'Available, of the time it was known',
      summary.availability === null ? 'not known' : percent(summary.availability),
    ],
    ['Healthy', timed(ms.healthy)],
    ['With a warning', ms.warning > 0 ? timed(ms.warning) : null],
    ['Broken', timed(ms.critical)],
    ['Longest outage', longestOutage && `${outageWords(longestOutage)}, from ${moment(longestOutage.from)}`],
    ['Unknown', timed(ms.unknown)],
    ['Not looked at', timed(ms.unseen)],
    ['Looks', `${looked}${looks.unknown > 0 ? `, ${looks.unknown} of them without an answer to everything` : ''}`],
    [
      'Login',
      logins ? `half within ${duration(logins.p50)}, 95 of 100 within ${duration(logins.p95)}` : 'none was seen',
    ],
    ['Sessions', sessionWords(needed, possible)],
    ['Certificate', certificateDays === null ? null : certificateWords(certificateDays)],
    ['Longest pause of keep-alives', gapMs === null ? null : duration(gapMs)],
  ];
  return {
    tone: 'plain',
    title: '',
    lines: [],
    table: {
      caption: '',
      columns: ['Fact', over],
      rows: rows.filter(([, says]) => says !== null) as [string, string][],
    },
    commands: [],
    detail: false,
  };
};

const sessionWords = (needed: number | null, possible: number | null): string | null => {
  if (needed === null && possible === null) return null;
  return `${needed ?? 'not known how many'} needed, ${possible ?? 'not known how many'} possible`;
};
const certificateWords = (days: number): string =>
  days < 0 ? `ended ${count(-days, 'day')} ago` : `${count(days, 'day')} left`;

const changesOf = ({ transitions }: HistorySummary): Section[] => {
  if (transitions.length === 0) return [];
  const shown = transitions.slice(-MOST_CHANGES).reverse();
  const more = transitions.length - shown.length;
  return [
    {
      tone: 'plain',
      title: count(transitions.length, 'change'),
      lines: [
        ...shown.map(({ at, from, to, rules }) =>
          text(`${moment(at)}: ${SHORT[from]} → ${SHORT[to]}${rules.length > 0 ? ` [${rules.join(', ')}]` : ''}`),
        ),
        ...(more > 0 ? [text(`and ${more} earlier ones, which uccx-doctor history --csv has.`)] : []),
      ],
      commands: [],
      detail: false,
    },
  ];
};
const SHORT: Record<Standing, string> = {
  healthy: 'healthy',
  warning: 'warning',
  critical: 'broken',
  unknown: 'unknown',
};

/** What the picture shows, for who does not see it. */
const altOf = (summary: HistorySummary): string => {
  const { logins, outages, ms, needed, possible } = summary;
  const shown = outages.slice(0, MOST_IN_ALT).map(each => `from ${moment(each.from)} for ${outageWords(each)}`);
  const more = outages.length - shown.length;
  const sessions = sessionWords(needed, possible);
  return [
    `${availabilityWords(summary)}.`,
    logins
      ? `Half of the logins took up to ${duration(logins.p50)}, 95 of 100 up to ${duration(logins.p95)}.`
      : 'No login was seen.',
    ...(sessions ? [`Sessions: ${sessions}.`] : []),
    shown.length === 0 ? 'Never broken.' : `Broken ${shown.join('; ')}${more > 0 ? `; and ${more} more times` : ''}.`,
    ...(ms.warning > 0 ? [`With a warning for ${lasted(ms.warning)}.`] : []),
    ...(ms.unknown > 0 ? [`Unknown for ${lasted(ms.unknown)}.`] : []),
    ...(ms.unseen > 0 ? [`Not looked at for ${lasted(ms.unseen)}.`] : []),
  ].join(' ');
};

const iso = (at: number): string => new Date(at).toISOString();
