import { z } from 'zod';

/** More would be closer together than a card is wide. */
export const MOST_POINTS = 36;

/** `x` is the day on which it ended, or how many hours before the end of the window it was. */
const Point = z.object({ x: z.union([z.iso.date(), z.number()]), y: z.number() });
export type Point = z.infer<typeof Point>;

const Series = z.object({
  name: z.string().min(1),
  /** What its colour means, where it means something. */
  tone: z.enum(['critical', 'warning', 'unknown']).nullable(),
  /** What is not known is left out. */
  points: z.array(Point).min(1).max(MOST_POINTS),
});
export type Series = z.infer<typeof Series>;

/** Numbers over time for platforms that draw by themselves: a line, or a layer of bars, for each series. All of one chart have days, or hours. */
export const Chart = z.object({
  is: z.enum(['lines', 'stacked-bars']),
  title: z.string().min(1),
  /** What the axes count. */
  x: z.string().min(1),
  y: z.string().min(1),
  series: z.array(Series).min(1).max(6),
});
export type Chart = z.infer<typeof Chart>;
