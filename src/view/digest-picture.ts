import type { TargetNews } from '../domain/digest-news.js';
import { summarize, type Window } from '../domain/history.js';
import type { HistoryRow } from '../domain/history-row.js';
import type { TargetId } from '../domain/ids.js';
import { trendOf } from '../domain/trend.js';
import { drawDigest } from './picture/draw-digest.js';
import { sparks } from './picture/spark.js';
import { digestCharts } from './trend-charts.js';
import type { Picture } from './view.js';
import { duration, lasted } from './words.js';

/** What one target was like, newest last; rows may begin before the window. */
export type DigestTrend = { target: TargetId; rows: readonly HistoryRow[] };

/** More would be smaller than anybody reads at the size at which chats show it. */
const MOST_ROWS = 5;
const COLUMNS = 56;
const SPARKS = 42;
const DAYS = 7;
/** How much of the past the picture shows. */
export const PICTURE_MS = DAYS * 86_400_000;

/** Of whom the picture tells: those in trouble first, then those that nobody knows, then those with the least room. */
export const inPicture = (news: readonly TargetNews[]): TargetId[] =>
  news
    .map((each, index) => ({ each, rank: rankOf(each), left: leftOf(each), index }))
    .sort((a, b) => a.rank - b.rank || a.left - b.left || a.index - b.index)
    .slice(0, MOST_ROWS)
    .map(({ each }) => each.entry.target);

const rankOf = ({ told, entry: { findings } }: TargetNews): number => {
  if (told === 'problem') return findings.some(({ severity }) => severity === 'critical') ? 0 : 1;
  return told === 'unknown' ? 2 : 3;
};

/** Of what is needed, the part that would still be free. */
const leftOf = ({ headroom }: TargetNews): number => {
  const { needed = null, possible = null } = headroom ?? {};
  return needed === null || possible === null ? Number.POSITIVE_INFINITY : (possible - needed) / Math.max(1, needed);
};

/** Null where nobody has looked at any of them within the time. `all` is how many the digest is about. */
export const digestPicture = (trends: readonly DigestTrend[], untilMs: number, all: number): Picture | null => {
  const window: Window = { fromMs: untilMs - PICTURE_MS, untilMs };
  const shown = trends.flatMap(({ target, rows }) => {
    const summary = summarize(rows, window);
    return summary.last ? [{ target, summary, trend: trendOf(rows, window, COLUMNS), rows }] : [];
  });
  if (shown.length === 0) return null;
  const of = shown.length === all ? '' : `, ${shown.length} of ${all} targets`;
  const rows = shown.map(({ target, summary, trend }) => ({ name: target, says: numbersOf(summary), trend }));
  return {
    name: 'uccx-digest.png',
    png: drawDigest(rows, `${DAYS} days${of}`).toString('base64'),
    alt: cut(`${DAYS} days${of}. ${shown.map(({ target, summary }) => `${target}: ${inWords(summary)}.`).join(' ')}`),
    spark: shown.map(({ target, rows: seen }) => sparkOf(target, seen, window)),
    charts: digestCharts(shown, window),
  };
};

type Summary = ReturnType<typeof summarize>;

/** Beside a name there is little room: how long 95 of 100 logins took, sessions, the longest pause. */
const numbersOf = ({ logins, needed, possible, gapMs }: Summary): string =>
  [
    ...(logins ? [duration(logins.p95)] : []),
    ...(needed !== null ? [`${needed} needed${possible !== null ? `, ${possible} possible` : ''}`] : []),
    ...(gapMs !== null ? [`pause ${duration(gapMs)}`] : []),
  ].join(' · ');

const inWords = (summary: Summary): string => {
  const { logins, needed, possible, gapMs } = summary;
  return [
    ...(logins ? [`half of the logins within ${duration(logins.p50)}, 95 of 100 within ${duration(logins.p95)}`] : []),
    ...(needed !== null ? [`${needed} sessions needed`] : []),
    ...(possible !== null ? [`${possible} possible`] : []),
    ...(gapMs !== null ? [`longest pause ${duration(gapMs)}`] : []),
    troubleOf(summary),
  ]
    .filter(Boolean)
    .join(', ');
};

const troubleOf = ({ ms, outages }: Summary): string => {
  const broken = ms.critical > 0 ? `broken for ${lasted(ms.critical)}` : outages.length === 0 ? 'never broken' : '';
  return [
    broken,
    ...(ms.warning > 0 ? [`with a warning for ${lasted(ms.warning)}`] : []),
    ...(ms.unknown > 0 ? [`unknown for ${lasted(ms.unknown)}`] : []),
  ]
    .filter(Boolean)
    .join(', ');
};

/** How it stood, in letters of one width. */
const sparkOf = (target: string, rows: readonly HistoryRow[], window: Window): string => {
  const state = sparks(trendOf(rows, window, SPARKS)).find(words => words.startsWith('state ')) ?? '';
  return `${target.padEnd(14).slice(0, 14)} ${state.slice('state '.length)}`;
};

const ALT_MAX = 1_900;
const cut = (words: string): string => (words.length <= ALT_MAX ? words : `${words.slice(0, ALT_MAX - 1)}…`);
