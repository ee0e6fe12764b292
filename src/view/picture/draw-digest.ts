import type { Column, Trend } from '../../domain/trend.js';
import { type Canvas, type Colour, makeCanvas } from './canvas.js';
import {
  type Across,
  type Band,
  COLOURS,
  days,
  key,
  legend,
  niceAbove,
  PLOT,
  runsOf,
  SIZE,
  standing,
  WORDS,
  xOf,
} from './parts.js';
import { pngOf } from './png.js';

/** One target of the picture: `says` stands beside its name and tells the numbers of what is drawn below. */
export type DigestRow = { name: string; says: string; trend: Trend };

const HEAD = 104;
const FOOT = 122;
const ROW = 118;
const GAP = 28;
/** A name may take what its numbers leave: some letter more than half of the width. */
const NAME_MAX = 24;

type Panel = { says: string; has: (column: Column) => boolean; draw: (canvas: Canvas, room: Room) => void };
type Room = { columns: readonly Column[]; across: Across; band: Band };

/** A small trend of each target under one another, over the same time: login time, sessions and pauses side by side, below them how it stood. */
export const drawDigest = (rows: readonly DigestRow[], title: string): Buffer => {
  const canvas = makeCanvas(SIZE.width, HEAD + rows.length * ROW + FOOT, COLOURS.ground);
  const all = rows.flatMap(({ trend }) => trend.columns);
  const panels = PANELS.filter(({ has }) => all.some(has));
  const across = (index: number): Across => {
    const wide = (PLOT.right - PLOT.left - GAP * (panels.length - 1)) / Math.max(1, panels.length);
    const left = PLOT.left + index * (wide + GAP);
    return { left, right: left + wide };
  };
  canvas.words(title, PLOT.left, 44, 30, COLOURS.ink);
  for (const [index, { says }] of panels.entries()) canvas.words(says, across(index).left, 84, WORDS, COLOURS.soft);
  for (const [nth, { name, says, trend }] of rows.entries()) {
    const top = HEAD + nth * ROW;
    canvas.words(fitting(name), PLOT.left, top + 26, WORDS, COLOURS.ink);
    canvas.words(says, PLOT.right, top + 26, WORDS, COLOURS.soft, 'right');
    const band = { top: top + 42, bottom: top + 82 };
    for (const [index, panel] of panels.entries())
      panel.draw(canvas, { columns: trend.columns, across: across(index), band });
    standing(canvas, trend.columns, { top: top + 94, bottom: top + 106 }, 8);
  }
  const [first] = rows;
  const bottom = HEAD + rows.length * ROW;
  if (first) days(canvas, first.trend, bottom + 26);
  keys(canvas, panels, bottom + 66);
  legend(canvas, all, bottom + FOOT - 18);
  return pngOf(canvas);
};

const keys = (canvas: Canvas, panels: readonly Panel[], y: number): void => {
  let x: number = PLOT.left;
  const say = (colour: Colour, name: string, dash = 0) => {
    x = key(canvas, x, y, colour, 4, name, dash) + 20;
  };
  if (panels.includes(logins)) {
    say(COLOURS.p50, 'half of logins');
    say(COLOURS.p95, '95 of 100');
  }
  if (panels.includes(sessions)) {
    say(COLOURS.possible, 'possible');
    say(COLOURS.needed, 'needed', 8);
  }
};

const line = ({ left, right }: Across, y: number): [number, number][] => [
  [left, y],
  [right, y],
];

const logins: Panel = {
  says: 'Login',
  has: column => column.logins !== null,
  draw: (canvas, { columns, across, band: { top, bottom } }) => {
    const most = niceAbove(Math.max(1, ...columns.map(column => column.logins?.p95 ?? 0)));
    const y = (ms: number) => bottom - ((bottom - top) * ms) / most;
    canvas.line(line(across, bottom), 2, COLOURS.grid);
    for (const [which, colour] of [
      ['p95', COLOURS.p95],
      ['p50', COLOURS.p50],
    ] as const)
      for (const run of runsOf(columns, column => column.logins?.[which] ?? null))
        canvas.line(
          whole(run).map(([index, ms]) => [xOf(index, columns.length, across), y(ms)] as const),
          4,
          colour,
        );
  },
};

/** Needed is broken into strokes: told apart without colour. */
const sessions: Panel = {
  says: 'Sessions',
  has: column => column.needed !== null || column.possible !== null,
  draw: (canvas, { columns, across, band: { top, bottom } }) => {
    const most = Math.max(1, ...columns.flatMap(({ needed, possible }) => [needed ?? 0, possible ?? 0]));
    const y = (amount: number) => bottom - ((bottom - top) * amount) / niceAbove(most);
    canvas.line(line(across, bottom), 2, COLOURS.grid);
    for (const [which, colour, dash] of [
      ['possible', COLOURS.possible, 0],
      ['needed', COLOURS.needed, 8],
    ] as const)
      for (const run of runsOf(columns, column => column[which]))
        canvas.line(
          run.flatMap(([index, amount]) =>
            [index, index + 1].map(each => [xOf(each, columns.length, across), y(amount)] as const),
          ),
          4,
          colour,
          dash,
        );
  },
};

const pauses: Panel = {
  says: 'Pauses',
  has: column => column.gapMs !== null,
  draw: (canvas, { columns, across, band: { top, bottom } }) => {
    const most = niceAbove(Math.max(1, ...columns.map(({ gapMs }) => gapMs ?? 0)));
    canvas.line(line(across, bottom), 2, COLOURS.grid);
    for (const [index, { gapMs }] of columns.entries()) {
      if (gapMs === null) continue;
      const high = Math.max(2, ((bottom - top) * gapMs) / most);
      const left = xOf(index, columns.length, across);
      canvas.box(left, bottom - high, xOf(index + 1, columns.length, across) - left, high, COLOURS.warning);
    }
  },
};

const PANELS: readonly Panel[] = [logins, sessions, pauses];

/** A value that stands alone is a stroke as wide as its column. */
const whole = (run: readonly [number, number][]): (readonly [number, number])[] =>
  run.length === 1
    ? run.flatMap(([index, value]) => [[index, value] as const, [index + 1, value] as const])
    : run.map(([index, value]) => [index + 0.5, value] as const);

const fitting = (name: string): string => (name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`);
