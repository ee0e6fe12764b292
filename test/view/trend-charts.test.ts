import { describe, expect, it } from 'vitest';
import { HistoryRow } from '../../src/domain/history-row.js';
import { Chart } from '../../src/view/chart.js';
import { digestCharts, historyCharts } from '../../src/view/trend-charts.js';

/** What is drawn as a picture, as numbers. */
const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const look = (hoursAgo: number, more: Partial<HistoryRow> = {}): HistoryRow => {
  const at = new Date(NOW - hoursAgo * HOUR).toISOString();
  const bare = { at, until: at, looks: 1, run: null, state: 'healthy', severity: null, rules: [], logins: [[200, 1]] };
  return HistoryRow.parse({ ...bare, needed: 28, possible: 68, certificateDays: null, gapMs: null, ...more });
};
const broken: Partial<HistoryRow> = { state: 'problem', severity: 'critical', rules: ['imap-port'], logins: [] };
const hours = (count: number, more: (hoursAgo: number) => Partial<HistoryRow> = () => ({})) =>
  Array.from({ length: count }, (_, index) => look(count - index, more(count - index)));
const week = { fromMs: NOW - 168 * HOUR, untilMs: NOW };

const inWords = (charts: readonly Chart[]): string[] =>
  charts.map(chart => {
    const { is, title, x, y, series } = Chart.parse(chart);
    const told = series.map(({ name, points }) => `${name} ${points.map(point => `${point.x}=${point.y}`).join(' ')}`);
    return `${is}: ${title}, ${y} over ${x}: ${told.join('; ')}`;
  });

const DAYS = [15, 16, 17, 18, 19, 20, 21].map(day => `2026-11-${day}`);
const daily = (value: number) => DAYS.map(day => `${day}=${value}`).join(' ');

describe('a history as charts', () => {
  it('has a point a day, named by the day on which it ends', () => {
    const rows = hours(168, ago => (ago > 24 && ago <= 30 ? broken : {}));
    expect(inWords(historyCharts(rows, week))).toEqual([
      `lines: Login time, seconds over days until 08:00 UTC: half within ${daily(0.2)}; 95 of 100 within ${daily(0.2)}`,
      `lines: Sessions, sessions over days until 08:00 UTC: needed ${daily(28)}; possible ${daily(68)}`,
      `stacked-bars: How it stood, but for healthy, hours over days until 08:00 UTC: broken ${daily(0).replace('11-20=0', '11-20=6')}`,
    ]);
  });

  it('of a day has a point an hour, counted back from its end', () => {
    const [login] = historyCharts(hours(24), { fromMs: NOW - 24 * HOUR, untilMs: NOW });
    expect(login?.x).toBe('hours before 2026-11-21 08:00 UTC');
    expect(login?.series[0]?.points.map(({ x }) => x)).toEqual(Array.from({ length: 24 }, (_, index) => index - 23));
  });

  it('that ends at midnight has no day of which nothing has passed', () => {
    const untilMs = Date.parse('2026-11-21T00:00:00.000Z');
    const [login] = historyCharts(hours(168), { fromMs: untilMs - 7 * 24 * HOUR, untilMs });
    expect(login?.x).toBe('days UTC');
    expect(login?.series[0]?.points.at(-1)?.x).toBe('2026-11-20');
  });

  it.each([1, 36, 72, 100, 24 * 90, 24 * 800])(
    'of %d hours is no longer than a card is wide, without a day twice',
    span => {
      const rows = Array.from({ length: 400 }, (_, index) =>
        look(((400 - index) / 400) * span, index % 50 ? {} : broken),
      );
      for (const { series } of historyCharts(rows, { fromMs: NOW - span * HOUR, untilMs: NOW }).map(each =>
        Chart.parse(each),
      ))
        for (const { points } of series) expect(new Set(points.map(({ x }) => x)).size).toBe(points.length);
    },
  );

  it('leaves out what nobody knows, and what is no trend yet', () => {
    const bare = { logins: [], needed: null, possible: null };
    expect(
      inWords(
        historyCharts(
          hours(168, ago => (ago < 100 ? bare : { ...bare, gapMs: 420_000 })),
          week,
        ),
      ),
    ).toEqual([
      `lines: Longest pause between notifications, minutes over days until 08:00 UTC: pause ${DAYS.slice(0, 3)
        .map(day => `${day}=7`)
        .join(' ')}`,
    ]);
    expect(historyCharts([look(1)], week).filter(({ is }) => is === 'lines')).toEqual([]);
  });
});

describe('a digest as charts', () => {
  const of = (count: number) =>
    ['a', 'b', 'c', 'd', 'e'].slice(0, count).map(target => ({ target, rows: hours(168, () => ({ gapMs: null })) }));
  const namesIn = (charts: readonly Chart[]) =>
    charts.map(({ title, series }) => `${title}: ${series.map(({ name }) => name).join(', ')}`);

  it('has a line for each target, and both percentiles where they are few', () =>
    expect(namesIn(digestCharts(of(2), week))).toEqual([
      'Login time: a: half, b: half, a: 95 of 100, b: 95 of 100',
      'Sessions possible beyond those needed: a, b',
    ]));

  it('has the slow logins alone where they are many', () =>
    expect(namesIn(digestCharts(of(5), week))).toEqual([
      'Login time of 95 of 100 logins: a, b, c, d, e',
      'Sessions possible beyond those needed: a, b, c, d, e',
    ]));
});
