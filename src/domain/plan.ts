import { z } from 'zod';
import { IsoTime } from './clock.js';
import { Leg } from './evidence/evidence.js';
import { RunId, SiteId, TargetId } from './ids.js';
import { Vantage } from './target.js';

/**
 * One probe at one site. It names the target by its id: the worker takes host and account from its own file,
 * so whoever can write to Redis still cannot send a login anywhere else.
 */
export const ProbeOrder = z.object({
  run: RunId,
  probe: z.string(),
  site: SiteId,
  /** What that site stands for, so that the evidence can say so. */
  vantages: z.array(Vantage),
  target: TargetId,
  budgetMs: z.int().min(1),
  /** An operator asked to log in although this very password was refused before. */
  loginAnyway: z.boolean(),
  /** Connections that it may add when its conversation is over; none where not given. */
  furtherConnects: z.int().min(1).max(7).optional(),
  /** It sends one message, as an operator asked; so it may be stopped. */
  sendsMail: z.literal(true).optional(),
  /** What somebody has agreed to for a ladder, as the card showed it. */
  ladder: z
    .object({
      account: z.enum(['shared', 'test']),
      most: z.int().min(1),
      intervalMs: z.int().min(250),
      nobodyAtWork: z.literal(true).optional(),
    })
    .optional(),
});
export type ProbeOrder = z.infer<typeof ProbeOrder>;

/** What will be looked at in one target, what no site can look at, and what was left out on purpose. */
export const TargetPlan = z.object({
  target: TargetId,
  orders: z.array(ProbeOrder).max(1000),
  uncovered: z.array(z.object({ vantage: Vantage, probe: z.string() })),
  leftOut: z.array(z.string()),
  legs: z.array(Leg),
  /** The conversations of which also counts what people have had read; missing: none. A schedule tells what it saw itself. */
  withRead: z.array(Leg).optional(),
});
export type TargetPlan = z.infer<typeof TargetPlan>;

/** Everything that a run will look at; it is whole before the first socket opens. */
export const Plan = z.object({
  run: RunId,
  at: IsoTime,
  answerBy: IsoTime,
  targets: z.array(TargetPlan).min(1),
  /** Sentences that the answer carries beside its findings, such as «prod is being checked already». */
  remarks: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;
