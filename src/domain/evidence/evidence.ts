import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { SiteId, TargetId } from '../ids.js';
import { Vantage } from '../target.js';

/** Who saw it, and from where. A stated fact stands in the configuration: an administrator read it on that day. */
export const Source = z.discriminatedUnion('by', [
  z.object({ by: z.literal('probe'), probe: z.string(), site: SiteId, vantages: z.array(Vantage) }),
  z.object({ by: z.literal('artifact'), reader: z.string(), artifact: z.string() }),
  z.object({ by: z.literal('stated'), readOn: z.iso.date() }),
]);
export type Source = z.infer<typeof Source>;
export type ProbeSource = Extract<Source, { by: 'probe' }>;

/**
 * One kind of fact, the border between looking and judging: what was seen, with where and when.
 * Facts only; no severity, no prose. `null` is «looked and there was none», a missing piece is «did not look».
 * Texts of a server come through `wire/`, which cuts them, shows control characters escaped and masks credentials.
 */
export const evidence = <const Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), target: TargetId, source: Source, at: IsoTime, ...shape });

/** Which conversation a shared kind of evidence is about. */
export const Leg = z.enum(['imap', 'smtp', 'notify', 'web']);
export type Leg = z.infer<typeof Leg>;

/** Milliseconds that a step took. */
export const TookMs = z.number().min(0);
