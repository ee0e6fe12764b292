import type { Column, Trend } from '../../domain/trend.js';
import { type Canvas, makeCanvas } from './canvas.js';
import {
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
  timeText,
  WORDS,
  xOf,
} from './parts.js';
import { pngOf } from './png.js';

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

const fitting = (title: string): string => (title.length <= 44 ? title : `${title.slice(0, 43)}…`);
