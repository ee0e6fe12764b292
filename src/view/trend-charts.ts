import type { Window } from '../domain/history.js';
import type { HistoryRow } from '../domain/history-row.js';
import { type Column, trendOf } from '../domain/trend.js';
import { type Chart, MOST_POINTS, type Point, type Series } from './chart.js';

/** Rows of one target; they may begin before the window. */
export type Trended = { target: string; rows: readonly HistoryRow[] };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Fewer days than this are told in hours. */
const LEAST_DAYS = 3;
/** So many may have both of their lines without becoming a tangle. */
const BOTH_LINES = 2;

/** What the picture of a digest draws, as charts: each target is a line. */
export const digestCharts = (trends: readonly Trended[], window: Window): Chart[] => {
  const axis = axisOf(window);
  const all = trends.map(({ target, rows }) => ({ target, columns: columnsOf(rows, window, axis) }));
  const each = (name: string, read: (column: Column) => number | null): Series[] =>
    all.flatMap(({ target, columns }) => series(name ? `${target}: ${name}` : target, columns, axis, read));
  const isFew = trends.length <= BOTH_LINES;
  return [
    ...lines('Login time', axis, 'seconds', isFew ? [...each(HALF, half), ...each(MOST, most)] : []),
    ...lines(`Login time of ${MOST} logins`, axis, 'seconds', isFew ? [] : each('', most)),
    ...lines('Sessions possible beyond those needed', axis, 'sessions', each('', left)),
    ...lines('Longest pause between notifications', axis, 'minutes', each('', pause)),
    ...bars('Broken', axis, each('', hoursOf('critical', axis))),
  ];
};

/** What the picture of a history draws, as charts. */
export const historyCharts = (rows: readonly HistoryRow[], window: Window): Chart[] => {
  const axis = axisOf(window);
  const columns = columnsOf(rows, window, axis);
  const one = (name: string, read: (column: Column) => number | null, tone: Series['tone'] = null): Series[] =>
    series(name, columns, axis, read, tone);
  return [
    ...lines('Login time', axis, 'seconds', [...one(`${HALF} within`, half), ...one(`${MOST} within`, most)]),
    ...lines('Sessions', axis, 'sessions', [
      ...one('needed', column => column.needed),
      ...one('possible', column => column.possible),
    ]),
    ...lines('Longest pause between notifications', axis, 'minutes', one('pause', pause)),
    ...bars('How it stood, but for healthy', axis, [
      ...one('broken', hoursOf('critical', axis), 'critical'),
      ...one('with a warning', hoursOf('warning', axis), 'warning'),
      ...one('unknown', hoursOf('unknown', axis), 'unknown'),
      ...one('not looked at', hoursOf('unseen', axis)),
    ]),
  ];
};

const HALF = 'half';
const MOST = '95 of 100';

const half = ({ logins }: Column): number | null => (logins ? round(logins.p50 / 1_000, 3) : null);
const most = ({ logins }: Column): number | null => (logins ? round(logins.p95 / 1_000, 3) : null);
const left = ({ needed, possible }: Column): number | null =>
  needed === null || possible === null ? null : possible - needed;
const pause = ({ gapMs }: Column): number | null => (gapMs === null ? null : round(gapMs / 60_000, 1));
const hoursOf =
  (standing: keyof Column['share'], { stepMs }: Axis) =>
  ({ share }: Column): number =>
    round((share[standing] * stepMs) / HOUR_MS, 2);

type Axis = { count: number; stepMs: number; says: string; nameOf: (index: number) => Point['x'] };

/** Whole days are named by the day on which they end, so that the axis shows dates; anything else counts back from the end. */
const axisOf = ({ fromMs, untilMs }: Window): Axis => {
  const spanMs = untilMs - fromMs;
  const days = spanMs / DAY_MS;
  if (Number.isInteger(days) && days >= LEAST_DAYS) {
    const count = Math.ceil(days / Math.ceil(days / MOST_POINTS));
    const stepMs = spanMs / count;
    const clock = new Date(untilMs).toISOString().slice(11, 16);
    // What ends at midnight ends with the day before.
    const nameOf = (index: number) => new Date(fromMs + (index + 1) * stepMs - 1).toISOString().slice(0, 10);
    const until = clock === '00:00' ? '' : ` until ${clock}`;
    return { count, stepMs, says: count === days ? `days${until} UTC` : `some days each${until} UTC`, nameOf };
  }
  const count = Math.max(1, Math.min(MOST_POINTS, Math.round(spanMs / HOUR_MS)));
  const stepMs = spanMs / count;
  const end = new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ');
  return {
    count,
    stepMs,
    says: `hours before ${end} UTC`,
    nameOf: index => round(((index + 1 - count) * stepMs) / HOUR_MS, 1),
  };
};

const columnsOf = (rows: readonly HistoryRow[], window: Window, { count }: Axis): readonly Column[] =>
  trendOf(rows, window, count).columns;

const series = (
  name: string,
  columns: readonly Column[],
  axis: Axis,
  read: (column: Column) => number | null,
  tone: Series['tone'] = null,
): Series[] => {
  const points = columns.flatMap((column, index) => {
    const y = read(column);
    return y === null ? [] : [{ x: axis.nameOf(index), y }];
  });
  return points.length > 0 ? [{ name, tone, points }] : [];
};

/** One point is no trend. */
const lines = (title: string, { says }: Axis, y: string, of: Series[]): Chart[] =>
  of.some(({ points }) => points.length > 1) ? [{ is: 'lines', title, x: says, y, series: of }] : [];

/** Whatever never was is left out, and a chart of nothing with it. */
const bars = (title: string, { says }: Axis, of: Series[]): Chart[] => {
  const shown = of.filter(({ points }) => points.some(({ y }) => y > 0));
  return shown.length > 0 ? [{ is: 'stacked-bars', title, x: says, y: 'hours', series: shown }] : [];
};

const round = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
