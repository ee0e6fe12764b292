import type { Column, Trend } from '../../domain/trend.js';
import type { Canvas, Colour } from './canvas.js';

/**
 * Twice the size at which chats show it (Slack some 360 pixels wide), so that it is sharp there and its smallest letters still have 11
 * pixels. A light card of its own: a picture cannot know whether it hangs in a light or a dark room.
 */
export const SIZE = { width: 800, height: 500 };
const EDGE = 28;
export const PLOT = { left: EDGE, right: SIZE.width - EDGE };
export const WORDS = 24;

export const COLOURS = {
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

export type Band = { top: number; bottom: number };

/** Where a column of so many begins. */
export const xOf = (index: number, count: number, { left, right }: Across = PLOT): number =>
  left + ((right - left) * index) / count;
export type Across = { left: number; right: number };

/** Told apart by height and place, not by colour alone: broken reaches above the ribbon, unknown fills its lower half, unseen is a line. */
export const standing = (canvas: Canvas, columns: readonly Column[], { top, bottom }: Band, above = 14): void => {
  const high = bottom - top;
  for (const [index, { share }] of columns.entries()) {
    // On whole pixels: neighbours touch without a seam.
    const x = Math.round(xOf(index, columns.length));
    const wide = Math.round(xOf(index + 1, columns.length)) - x;
    const worst = (['critical', 'warning', 'unknown', 'healthy'] as const).find(is => share[is] > 0);
    if (!worst) canvas.box(x, bottom - 4, wide, 4, COLOURS.unseen);
    else if (worst === 'critical') canvas.box(x, top - above, wide, high + above, COLOURS.critical);
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

/** What the colours of a ribbon say, of those that are there. */
export const legend = (canvas: Canvas, columns: readonly Column[], y: number): void => {
  let x: number = PLOT.left;
  for (const [is, name] of NAMES) {
    if (!columns.some(({ share }) => share[is] > 0)) continue;
    const high = { healthy: 16, warning: 16, critical: 24, unknown: 9, unseen: 4 }[is];
    canvas.box(x, y - high, 16, high, COLOURS[is]);
    x = canvas.words(name, x + 24, y, WORDS, COLOURS.ink) + 26;
  }
};

/** A piece of a line and its name; gives back where the words end. */
export const key = (
  canvas: Canvas,
  x: number,
  y: number,
  colour: Colour,
  thick: number,
  name: string,
  dash = 0,
): number => {
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
export const days = (canvas: Canvas, { window: { fromMs, untilMs } }: Pick<Trend, 'window'>, y: number): void => {
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
export const runsOf = (
  columns: readonly Column[],
  readingOf: (column: Column) => number | null,
): [number, number][][] => {
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
export const niceAbove = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find(step => step * power >= value) ?? 10) * power;
};

export const timeText = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);
