import type { Column, Trend } from '../../domain/trend.js';
import { type Canvas, type Colour, makeCanvas } from './canvas.js';
import { pngOf } from './png.js';

/**
 * Twice the size at which chats show it (Slack some 360 pixels wide), so that it is sharp there and its smallest letters still have 11
 * pixels. A light card of its own: a picture cannot know whether it hangs in a light or a dark room.
 */
const SIZE = { width: 800, height: 500 };
const EDGE = 28;
const PLOT = { left: EDGE, right: SIZE.width - EDGE };
const WORDS = 24;

const COLOURS = {
  ground: '#f6f8fa',
  ink: '#1b2026',
  soft: '#56606b',
  grid: '#d3d9e0',
  p50: '#0b5cad',
  p95: '#7fb0e0',
  possible: '#17693a',
  needed: '#a3261e',
  healthy: '#3c9d63',
  warning: '#c98a1b',
  critical: '#b3261e',
  unknown: '#8a63bd',
  unseen: '#b6bfc9',
} as const satisfies Record<string, Colour>;

/** Login time, headroom and how it stood, over one another on one axis of time. `title` stands above. */
export const drawTrend = (trend: Trend, title: string): Buffer => {
  const canvas = makeCanvas(SIZE.width, SIZE.height, COLOURS.ground);
  canvas.words(fitting(title), PLOT.left, 46, 30, COLOURS.ink);
  const hasRoom = trend.columns.some(({ possible, needed }) => possible !== null || needed !== null);
  const ribbon = { top: 376, bottom: 412 };
  logins(canvas, trend.columns, { top: 108, bottom: hasRoom ? 222 : 330 });
  if (hasRoom) headroom(canvas, trend.columns, { top: 274, bottom: 338 });
  standing(canvas, trend.columns, ribbon);
  days(canvas, trend, ribbon.bottom + 30);
  legend(canvas, trend.columns, SIZE.height - 18);
  return pngOf(canvas);
};

type Band = { top: number; bottom: number };

const xOf = (index: number, count: number): number => PLOT.left + ((PLOT.right - PLOT.left) * index) / count;

const logins = (canvas: Canvas, columns: readonly Column[], { top, bottom }: Band): void => {
  const taken = columns.flatMap(({ logins: each }) => (each ? [each.p95] : []));
  const most = niceAbove(Math.max(1, ...taken));
  const y = (ms: number) => bottom - ((bottom - top) * ms) / most;
  let end = canvas.words('Login ', PLOT.left, top - 18, WORDS, COLOURS.ink);
  if (taken.length === 0) {
    canvas.words('none was seen', end, top - 18, WORDS, COLOURS.soft);
    canvas.line(
      [
        [PLOT.left, bottom],
        [PLOT.right, bottom],
      ],
      2,
      COLOURS.grid,
    );
    return;
  }
  end = key(canvas, end + 8, top - 18, COLOURS.p50, 5, 'half within');
  key(canvas, end + 20, top - 18, COLOURS.p95, 5, '95 of 100 within');
  canvas.words(timeText(most), PLOT.right, top - 18, WORDS, COLOURS.soft, 'right');
  for (const at of [0, 0.5, 1])
    canvas.line(
      [
        [PLOT.left, y(most * at)],
        [PLOT.right, y(most * at)],
      ],
      2,
      COLOURS.grid,
    );
  for (const [which, colour] of [
    ['p95', COLOURS.p95],
    ['p50', COLOURS.p50],
  ] as const)
    for (const run of runsOf(columns, column => column.logins?.[which] ?? null))
      canvas.line(
        run.map(([index, ms]) => [xOf(index + 0.5, columns.length), y(ms)] as const),
        5,
        colour,
      );
};

const headroom = (canvas: Canvas, columns: readonly Column[], { top, bottom }: Band): void => {
  const values = columns.flatMap(({ needed, possible }) => [needed, possible]).filter(value => value !== null);
  const most = niceAbove(Math.max(1, ...values));
  const y = (sessions: number) => bottom - ((bottom - top) * sessions) / most;
  let end = canvas.words('Sessions ', PLOT.left, top - 18, WORDS, COLOURS.ink);
  const known = (which: 'possible' | 'needed') => columns.some(column => column[which] !== null);
  end = key(canvas, end + 8, top - 18, COLOURS.possible, 5, known('possible') ? 'possible' : 'possible: not known');
  if (known('needed')) key(canvas, end + 20, top - 18, COLOURS.needed, 5, 'needed', 8);
  canvas.words(String(most), PLOT.right, top - 18, WORDS, COLOURS.soft, 'right');
  for (const at of [0, 1])
    canvas.line(
      [
        [PLOT.left, y(most * at)],
        [PLOT.right, y(most * at)],
      ],
      2,
      COLOURS.grid,
    );
  for (const [which, colour, dash] of [
    ['possible', COLOURS.possible, 0],
    ['needed', COLOURS.needed, 8],
  ] as const)
    for (const run of runsOf(columns, column => column[which])) {
      const steps = run.flatMap(([index, value]) =>
        [index, index + 1].map(each => [xOf(each, columns.length), y(value)] as const),
      );
      canvas.line(steps, 5, colour, dash);
    }
};

/** Told apart by height and place, not by colour alone: broken reaches above the ribbon, unknown fills its lower half, unseen is a line. */
const standing = (canvas: Canvas, columns: readonly Column[], { top, bottom }: Band): void => {
  const high = bottom - top;
  for (const [index, { share }] of columns.entries()) {
    // On whole pixels: neighbours touch without a seam.
    const x = Math.round(xOf(index, columns.length));
    const wide = Math.round(xOf(index + 1, columns.length)) - x;
    const worst = (['critical', 'warning', 'unknown', 'healthy'] as const).find(is => share[is] > 0);
    if (!worst) canvas.box(x, bottom - 4, wide, 4, COLOURS.unseen);
    else if (worst === 'critical') canvas.box(x, top - 14, wide, high + 14, COLOURS.critical);
    else if (worst === 'unknown') canvas.box(x, top + high / 2, wide, high / 2, COLOURS.unknown);
    else canvas.box(x, top, wide, high, COLOURS[worst]);
  }
};

const NAMES = [
  ['healthy', 'healthy'],
  ['warning', 'warning'],
  ['critical', 'broken'],
  ['unknown', 'unknown'],
  ['unseen', 'not looked'],
] as const;

const legend = (canvas: Canvas, columns: readonly Column[], y: number): void => {
  let x = PLOT.left;
  for (const [is, name] of NAMES) {
    if (!columns.some(({ share }) => share[is] > 0)) continue;
    const high = { healthy: 16, warning: 16, critical: 24, unknown: 9, unseen: 4 }[is];
    canvas.box(x, y - high, 16, high, COLOURS[is]);
    x = canvas.words(name, x + 24, y, WORDS, COLOURS.ink) + 26;
  }
};

const key = (canvas: Canvas, x: number, y: number, colour: Colour, thick: number, name: string, dash = 0): number => {
  canvas.line(
    [
      [x + 3, y - 8],
      [x + 33, y - 8],
    ],
    thick,
    colour,
    dash,
  );
  return canvas.words(name, x + 44, y, WORDS, COLOURS.ink);
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOUR = 3_600_000;

/** At the beginning, in the middle and at the end, in UTC. */
const days = (canvas: Canvas, { window: { fromMs, untilMs } }: Trend, y: number): void => {
  const isShort = untilMs - fromMs <= 48 * HOUR;
  const name = (at: number) => {
    const time = new Date(at);
    const day = `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;
    return isShort ? `${day} ${time.toISOString().slice(11, 16)}` : day;
  };
  canvas.words(name(fromMs), PLOT.left, y, WORDS, COLOURS.soft);
  canvas.words(name((fromMs + untilMs) / 2), SIZE.width / 2, y, WORDS, COLOURS.soft, 'middle');
  canvas.words(`${name(untilMs)} UTC`, PLOT.right, y, WORDS, COLOURS.soft, 'right');
};

/** Neighbours that have a value. */
const runsOf = (columns: readonly Column[], readingOf: (column: Column) => number | null): [number, number][][] => {
  const runs: [number, number][][] = [];
  let before = -2;
  for (const [index, column] of columns.entries()) {
    const value = readingOf(column);
    if (value === null) continue;
    if (before !== index - 1) runs.push([]);
    runs.at(-1)?.push([index, value]);
    before = index;
  }
  return runs;
};

/** 1, 2 or 5 times a power of ten. */
const niceAbove = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find(step => step * power >= value) ?? 10) * power;
};

const timeText = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

const fitting = (title: string): string => (title.length <= 44 ? title : `${title.slice(0, 43)}…`);
