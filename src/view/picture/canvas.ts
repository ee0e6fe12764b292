import { GLYPHS } from './glyphs.js';
import type { Pixels } from './png.js';

type Point = readonly [x: number, y: number];
/** `#rrggbb` */
export type Colour = `#${string}`;

export type Canvas = Pixels & {
  fill: (contours: readonly (readonly Point[])[], colour: Colour) => void;
  box: (x: number, y: number, width: number, height: number, colour: Colour) => void;
  /** A line through points, with round ends; `dash` is the length of a dash and of the gap behind it. */
  line: (points: readonly Point[], width: number, colour: Colour, dash?: number) => void;
  /** `y` is where the letters stand. Gives back where the words end. */
  words: (
    words: string,
    x: number,
    y: number,
    size: number,
    colour: Colour,
    align?: 'left' | 'right' | 'middle',
  ) => number;
};

/** Edges are drawn in so many steps between two colours: fine enough for the eye, and few enough for a palette. */
const STEPS = 6;

/** A sheet to draw on, with smooth edges. Polygons of one fill go round in one direction; where they overlap they are one. */
export const makeCanvas = (width: number, height: number, ground: Colour): Canvas => {
  const rgb = new Uint8Array(width * height * 3);
  const paper = partsOf(ground);
  for (let at = 0; at < rgb.length; at++) rgb[at] = paper[at % 3] ?? 0;
  const canvas: Canvas = { width, height, rgb, fill, box, line, words };
  return canvas;

  function fill(contours: readonly (readonly Point[])[], colour: Colour): void {
    const cover = coverage(contours, width, height);
    if (!cover) return;
    const ink = partsOf(colour);
    for (let y = 0; y < cover.height; y++) {
      let sum = 0;
      for (let x = 0; x < cover.width; x++) {
        sum += cover.area[y * cover.stride + x] ?? 0;
        const alpha = Math.round(Math.min(1, Math.abs(sum)) * STEPS) / STEPS;
        if (alpha > 0) blend(((y + cover.top) * width + x + cover.left) * 3, ink, alpha);
      }
    }
  }

  function blend(at: number, ink: readonly number[], alpha: number): void {
    for (let part = 0; part < 3; part++)
      rgb[at + part] = Math.round((rgb[at + part] ?? 0) * (1 - alpha) + (ink[part] ?? 0) * alpha);
  }

  function box(x: number, y: number, wide: number, high: number, colour: Colour): void {
    fill(
      [
        [
          [x, y],
          [x + wide, y],
          [x + wide, y + high],
          [x, y + high],
        ],
      ],
      colour,
    );
  }

  function line(points: readonly Point[], thick: number, colour: Colour, dash = 0): void {
    const [only] = points;
    const strokes = dash > 0 ? dashed(points, dash) : points.slice(1).map((to, n) => [points[n] as Point, to] as const);
    const ends = dash > 0 ? [] : points;
    if (strokes.length === 0 && !only) return;
    fill([...strokes.map(([from, to]) => stroke(from, to, thick / 2)), ...ends.map(at => disc(at, thick / 2))], colour);
  }

  function words(text: string, x: number, y: number, size: number, colour: Colour, align = 'left'): number {
    const scale = size / 1000;
    const letters = [...text].map(letter => GLYPHS[letter] ?? GLYPHS['?'] ?? ([0, ''] as const));
    const wide = letters.reduce((sum, [advance]) => sum + advance * scale, 0);
    let at = align === 'left' ? x : align === 'right' ? x - wide : x - wide / 2;
    for (const [advance, path] of letters) {
      if (path) fill(contoursOf(path, at, y, scale), colour);
      at += advance * scale;
    }
    return at;
  }
};

const partsOf = (colour: Colour): number[] => [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16));

const stroke = ([x0, y0]: Point, [x1, y1]: Point, half: number): Point[] => {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [dx, dy] = [((x1 - x0) / length) * half, ((y1 - y0) / length) * half];
  return [
    [x0 + dy, y0 - dx],
    [x1 + dy, y1 - dx],
    [x1 - dy, y1 + dx],
    [x0 - dy, y0 + dx],
  ];
};

const disc = ([x, y]: Point, radius: number): Point[] =>
  Array.from({ length: 12 }, (_, n): Point => {
    const angle = (n / 12) * 2 * Math.PI;
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
  });

const dashed = (points: readonly Point[], dash: number): (readonly [Point, Point])[] => {
  const strokes: [Point, Point][] = [];
  let walked = 0;
  for (const [n, to] of points.slice(1).entries()) {
    const from = points[n] as Point;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const along = (at: number): Point => [
      from[0] + ((to[0] - from[0]) * at) / length,
      from[1] + ((to[1] - from[1]) * at) / length,
    ];
    for (let at = 0; at < length; ) {
      const phase = (walked + at) % (2 * dash);
      const end = Math.min(length, at + (phase < dash ? dash - phase : 2 * dash - phase) + 1e-6);
      if (phase < dash) strokes.push([along(at), along(end)]);
      at = end;
    }
    walked += length;
  }
  return strokes;
};

/** Curves as lines: at the sizes of a chart four pieces are smooth. */
const contoursOf = (path: string, x: number, y: number, scale: number): Point[][] => {
  const contours: Point[][] = [];
  let now: Point = [0, 0];
  for (const [, letter, numbers = ''] of path.matchAll(/([MLQZ])([^MLQZ]*)/g)) {
    const at = numbers.trim().split(' ').map(Number);
    const last = contours.at(-1);
    if (letter === 'M') contours.push([]);
    if (letter === 'M' || letter === 'L') {
      now = [at[0] ?? 0, at[1] ?? 0];
      (letter === 'M' ? contours.at(-1) : last)?.push(now);
    } else if (letter === 'Q') {
      const [cx = 0, cy = 0, ex = 0, ey = 0] = at;
      for (const t of [0.25, 0.5, 0.75, 1]) {
        const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
        last?.push([a * now[0] + b * cx + c * ex, a * now[1] + b * cy + c * ey]);
      }
      now = [ex, ey];
    }
  }
  return contours.map(points => points.map(([px, py]): Point => [x + px * scale, y + py * scale]));
};

type Coverage = { left: number; top: number; width: number; height: number; stride: number; area: Float32Array };

/**
 * How much of each pixel lies inside, as differences along each row: summed up from the left they are the winding number, weighted by the
 * area. Null where nothing is to be seen.
 */
const coverage = (contours: readonly (readonly Point[])[], width: number, height: number): Coverage | null => {
  const all = contours.flat();
  if (all.length === 0) return null;
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const left = Math.floor(clamp(Math.min(...all.map(([x]) => x)), width));
  const right = Math.ceil(clamp(Math.max(...all.map(([x]) => x)), width));
  const top = Math.floor(clamp(Math.min(...all.map(([, y]) => y)), height));
  const bottom = Math.ceil(clamp(Math.max(...all.map(([, y]) => y)), height));
  if (right <= left || bottom <= top) return null;
  const stride = right - left + 2;
  const area = new Float32Array(stride * (bottom - top));
  for (const contour of contours)
    for (const [n, [x1, y1]] of contour.entries()) {
      const [x0, y0] = contour[(n + contour.length - 1) % contour.length] as Point;
      edge(clamp(x0, width) - left, clamp(y0, height) - top, clamp(x1, width) - left, clamp(y1, height) - top);
    }
  return { left, top, width: right - left, height: bottom - top, stride, area };

  function edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const sign = y0 < y1 ? 1 : -1;
    const [ax, ay, bx, by] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
    const slope = (bx - ax) / (by - ay);
    for (let row = Math.floor(ay); row < by; row++) {
      const [from, to] = [Math.max(row, ay), Math.min(row + 1, by)];
      if (to <= from) continue;
      const [xa, xb] = [ax + (from - ay) * slope, ax + (to - ay) * slope];
      spread(row, Math.min(xa, xb), Math.max(xa, xb), sign * (to - from));
    }
  }

  /** One row of an edge from `from` to `to`: what is to its right is inside, the pixels under it in part. */
  function spread(row: number, from: number, to: number, high: number): void {
    const first = Math.floor(from);
    let before = 0;
    for (let x = first; x <= Math.floor(to); x++) {
      // The share of the edge that lies left of this pixel's right side, as area inside of the pixel.
      const upTo = areaLeftOf(x + 1, from, to);
      const here = upTo - areaLeftOf(x, from, to);
      add(row, x, high * (here - before));
      before = here;
    }
    add(row, Math.floor(to) + 1, high * (1 - before));
  }

  function add(row: number, x: number, value: number): void {
    if (x >= 0 && x < stride) area[row * stride + x] = (area[row * stride + x] ?? 0) + value;
  }
};

/** The area between an edge, which goes evenly from `from` to `to`, and a line at `x`, as far as it lies left of that line. */
const areaLeftOf = (x: number, from: number, to: number): number => {
  if (x <= from) return 0;
  if (x >= to) return x - (from + to) / 2;
  return (x - from) ** 2 / (2 * (to - from));
};
