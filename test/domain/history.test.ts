import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistorySummary, spans, summarize, vouchMs } from '../../src/domain/history.js';
import { HistoryRow, type Standing } from '../../src/domain/history-row.js';
import { thin } from '../../src/domain/history-thin.js';

const MIN = 60_000;
const START = Date.parse('2026-11-21T00:00:00.000Z');
const at = (minute: number) => new Date(START + minute * MIN).toISOString();
const window = (fromMin: number, untilMin: number) => ({
  fromMs: START + fromMin * MIN,
  untilMs: START + untilMin * MIN,
});

const STATES = {
  healthy: { state: 'healthy', severity: null, rules: [] },
  warning: { state: 'problem', severity: 'warning', rules: ['tls-certificate'] },
  critical: { state: 'problem', severity: 'critical', rules: ['imap-port'] },
  unknown: { state: 'unknown', severity: null, rules: [] },
} as const;
const row = (minute: number, is: Standing, more: Partial<HistoryRow> = {}): HistoryRow =>
  HistoryRow.parse({
    at: at(minute),
    until: at(minute),
    looks: 1,
    run: null,
    logins: [],
    needed: null,
    possible: null,
    certificateDays: null,
    gapMs: null,
    ...STATES[is],
    ...more,
  });
/** One letter a look: healthy, warning, critical, unknown, and a dot where nobody looked. */
const LETTERS = { h: 'healthy', w: 'warning', c: 'critical', u: 'unknown' } as const;
const every = (minutes: number, letters: string): HistoryRow[] =>
  [...letters].flatMap((letter, n) => (letter === '.' ? [] : [row(n * minutes, LETTERS[letter as 'h'])]));

describe('a window', () => {
  it.each([
    ['all well', 'hhhh', 1, []],
    ['broken for a quarter', 'hcch', 0.5, ['0:30–1:30 over']],
    ['unknown is neither up nor down', 'huuc', 0.5, ['1:30–2:00']],
    ['a warning breaks nothing', 'hwwh', 1, []],
    ['only unknown', 'uuuu', null, []],
    ['nobody looked', '', null, []],
    ['broken on both sides of something unknown', 'cuch', 1 / 3, ['0:00–1:30 over']],
    ['healthy after something unknown: it ended somewhere in there', 'cuuh', 0.5, ['0:00–0:30']],
    ['twice', 'chch', 0.5, ['0:00–0:30 over', '1:00–1:30 over']],
  ])('%s', (_, letters, availability, outages) => {
    const summary = summarize(every(30, letters), window(0, 120));
    expect(summary.availability).toBe(availability);
    expect(summary.outages.map(outageText)).toEqual(outages);
  });

  it('tells changes with their times, and how it stood when it began', () => {
    const { transitions, last } = summarize(every(10, 'hhcwwu'), window(5, 60));
    expect(transitions).toEqual([
      { at: at(20), from: 'healthy', to: 'critical', rules: ['imap-port'] },
      { at: at(30), from: 'critical', to: 'warning', rules: ['tls-certificate'] },
      { at: at(50), from: 'warning', to: 'unknown', rules: [] },
    ]);
    expect(last).toEqual({ is: 'unknown', since: at(50), rules: [] });
    expect(summarize(every(10, 'hhcwwu'), window(25, 60)).transitions.map(each => each.from)).toEqual([
      'critical',
      'warning',
    ]);
  });

  it('begins with what was seen before it, and that counts no look', () => {
    const summary = summarize([row(-30, 'critical'), row(30, 'healthy')], window(0, 60));
    expect([summary.ms.critical, summary.ms.healthy, summary.looks.critical]).toEqual([30 * MIN, 30 * MIN, 0]);
    expect(summary.outages.map(outageText)).toEqual(['0:00–0:30 over']);
  });

  it('says unseen where nobody looked for long, and does not take the silence for an outage', () => {
    // Every ten minutes, then eight hours of nothing: a look vouches for 65 minutes at least, three usual pauses at most.
    const rows = [...every(10, 'hhhhhc'), row(530, 'healthy'), row(540, 'healthy')];
    const vouch = vouchMs(rows) / MIN;
    expect(vouch).toBeCloseTo((3 * 540) / 7);
    const { ms, outages } = summarize(rows, window(0, 550));
    expect(ms.critical / MIN).toBeCloseTo(vouch);
    expect(ms.unseen / MIN).toBeCloseTo(480 - vouch);
    expect(outages.map(({ isOver }) => isOver)).toEqual([false]);
  });

  it('has half of the logins, and 95 of 100, within what it says', () => {
    const logins = Array.from({ length: 100 }, (_, n) => row(n, 'healthy', { logins: [[n + 1, 1]] }));
    expect(summarize(logins, window(0, 200)).logins).toEqual({ count: 100, p50: 50, p95: 95 });
    expect(summarize([row(0, 'healthy', { logins: [[7, 1]] })], window(0, 9)).logins).toEqual({
      count: 1,
      p50: 7,
      p95: 7,
    });
    expect(summarize([row(0, 'healthy')], window(0, 9)).logins).toBeNull();
  });

  it('tells the tightest headroom, the longest pause, and the certificate as it was seen last', () => {
    const rows = [
      row(0, 'healthy', { needed: 54, possible: 68, certificateDays: 3, gapMs: 5 }),
      row(5, 'healthy', { needed: 60, possible: 64, gapMs: 9 }),
      row(9, 'healthy', { needed: 54, possible: 80, certificateDays: 362 }),
    ];
    expect(summarize(rows, window(0, 10))).toMatchObject({ needed: 60, possible: 64, certificateDays: 362, gapMs: 9 });
  });
});

/** Any looks, a minute to some hours apart. */
const anyRows = fc
  .array(
    fc.record({
      after: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 15 }) }, fc.integer({ min: 16, max: 300 })),
      is: fc.constantFrom<Standing>('healthy', 'healthy', 'warning', 'critical', 'unknown'),
      login: fc.option(fc.integer({ min: 1, max: 30_000 })),
      possible: fc.option(fc.integer({ min: 1, max: 100 })),
    }),
    { maxLength: 60 },
  )
  .map(looks => {
    let minute = -200;
    return looks.map(({ after, is, login, possible }) => {
      minute += after;
      return row(minute, is, { logins: login === null ? [] : [[login, 1]], possible });
    });
  });
const anyWindow = fc
  .record({ from: fc.integer({ min: -300, max: 2000 }), length: fc.integer({ min: 1, max: 3000 }) })
  .map(({ from, length }) => window(from, from + length));

describe('any looks', () => {
  it('are summed up as a person would, minute by minute', () =>
    fc.assert(
      fc.property(anyRows, anyWindow, (rows, within) => {
        const summary = summarize(rows, within);
        const twin = naive(rows, within);
        expect(summary.looks).toEqual(twin.looks);
        // What a look vouches for may end within a minute.
        for (const [is, minutes] of Object.entries(twin.minutes))
          expect(Math.abs(summary.ms[is as Standing] / MIN - minutes)).toBeLessThanOrEqual(rows.length + 1);
        expect(summary.transitions.map(each => each.at)).toEqual(twin.transitions);
        expect(summary.logins).toEqual(twin.logins);
        expect(summary.outages.length).toBe(twin.outages.length);
        for (const [n, outage] of summary.outages.entries()) {
          expect(Math.abs(Date.parse(outage.from) - (twin.outages[n]?.[0] ?? 0))).toBeLessThanOrEqual(MIN);
          expect(Math.abs(Date.parse(outage.until) - (twin.outages[n]?.[1] ?? 0))).toBeLessThanOrEqual(MIN);
        }
      }),
      { numRuns: 200 },
    ));

  it('cut a window into spans that follow one another without a gap', () =>
    fc.assert(
      fc.property(anyRows, anyWindow, (rows, within) => {
        let reached = within.fromMs;
        for (const span of spans(rows, within)) {
          expect(span.fromMs).toBe(reached);
          expect(span.toMs).toBeGreaterThan(span.fromMs);
          reached = span.toMs;
        }
        expect(reached).toBe(within.untilMs);
      }),
    ));

  it('say the same thinned as whole: time, changes and outages exactly, logins within 2.5 %', () =>
    fc.assert(
      fc.property(anyRows, fc.constantFrom(60, 24 * 60), (rows, grainMin) => {
        const within = window(-400, 20_000);
        const whole = summarize(rows, within);
        const once = thin(rows, grainMin * MIN);
        const thinned = summarize(once, within);
        expect(once.length).toBeLessThanOrEqual(rows.length);
        expect(thin(once, grainMin * MIN)).toEqual(once);
        expect(withoutLogins(thinned)).toEqual(withoutLogins(whole));
        expect(thinned.logins?.count).toBe(whole.logins?.count);
        for (const p of ['p50', 'p95'] as const) {
          const [a, b] = [thinned.logins?.[p] ?? 0, whole.logins?.[p] ?? 0];
          expect(Math.abs(a - b)).toBeLessThanOrEqual(Math.max(0.51, b * 0.026));
        }
      }),
      { numRuns: 200 },
    ));
});

const withoutLogins = ({ logins, ...rest }: HistorySummary) => rest;

const outageText = ({ from, until, isOver }: HistorySummary['outages'][number]) => {
  const clock = (time: string) => time.slice(11, 16).replace(/^0(?=\d:)/, '');
  return `${clock(from)}–${clock(until)}${isOver ? ' over' : ''}`;
};

/** What each minute was, looked up afresh. */
function naive(rows: readonly HistoryRow[], { fromMs, untilMs }: { fromMs: number; untilMs: number }) {
  const vouch = vouchMs(rows);
  const of = ({ state, severity }: HistoryRow): Standing => (state === 'problem' ? (severity ?? 'critical') : state);
  const isAt = (moment: number): Standing | 'unseen' => {
    const before = rows.filter(each => Date.parse(each.at) <= moment).at(-1);
    return before && moment - Date.parse(before.until) < vouch ? of(before) : 'unseen';
  };
  const minutes = { healthy: 0, warning: 0, critical: 0, unknown: 0, unseen: 0 };
  for (let moment = fromMs; moment < untilMs; moment += MIN) minutes[isAt(moment)]++;
  const inside = rows.filter(each => Date.parse(each.at) >= fromMs && Date.parse(each.at) < untilMs);
  const looks = { healthy: 0, warning: 0, critical: 0, unknown: 0 };
  for (const each of inside) looks[of(each)]++;
  const transitions = rows
    .filter((each, n) => n > 0 && of(each) !== of(rows[n - 1] as HistoryRow) && inside.includes(each))
    .map(each => each.at);
  const taken = inside.flatMap(each => each.logins.map(([ms]) => ms)).sort((a, b) => a - b);
  const logins =
    taken.length === 0
      ? null
      : {
          count: taken.length,
          p50: taken[Math.ceil(taken.length * 0.5) - 1] as number,
          p95: taken[Math.ceil(taken.length * 0.95) - 1] as number,
        };
  return { looks, minutes, transitions, logins, outages: naiveOutages(isAt, rows, fromMs, untilMs) };
}

/** Minutes that were critical, and unknown ones between them; cut to the window. */
function naiveOutages(
  isAt: (moment: number) => string,
  rows: readonly HistoryRow[],
  fromMs: number,
  untilMs: number,
): [number, number][] {
  const first = Date.parse(rows[0]?.at ?? at(0));
  const found: [number, number][] = [];
  let open: [number, number] | null = null;
  for (let moment = first; moment < untilMs; moment += MIN) {
    const is = isAt(moment);
    if (is === 'critical') open = [open?.[0] ?? moment, moment + MIN];
    else if (is !== 'unknown' && open) {
      found.push(open);
      open = null;
    }
  }
  if (open) found.push(open);
  return found
    .map(([a, b]): [number, number] => [Math.max(a, fromMs), Math.min(b, untilMs)])
    .filter(([a, b]) => b - a > 0);
}
