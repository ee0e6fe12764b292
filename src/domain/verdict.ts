import { z } from 'zod';
import { EvidenceKind } from './evidence/index.js';
import { Remedy, Step } from './remedy.js';

export const Severity = z.enum(['critical', 'warning', 'notice']);
export type Severity = z.infer<typeof Severity>;

/** How sure a finding is of the cause that it names. A `possible` cause carries no change, only a question. */
export const Certainty = z.enum(['proven', 'likely', 'possible']);
export type Certainty = z.infer<typeof Certainty>;

/**
 * A step that would bring a missing fact, and what it would tell.
 * `ifSo` is what would follow from a yes; before that answer it is no advice.
 */
export const Ask = z.object({ says: z.string(), steps: z.array(Step), ifSo: Remedy.optional() });
export type Ask = z.infer<typeof Ask>;

/** One problem: what it says, because of which evidence, what else it may be and how to tell, what to do. */
export const Finding = z.object({
  rule: z.string(),
  severity: Severity,
  certainty: Certainty,
  /** It says where all the others lie, so it is told before them, whatever they weigh. */
  leads: z.literal(true).optional(),
  says: z.string(),
  /** Quotes of the evidence, each with where it was seen from. */
  because: z.array(z.string()),
  asks: z.array(Ask),
  remedies: z.array(Remedy),
});
export type Finding = z.infer<typeof Finding>;

/**
 * What a rule makes of the evidence. `unknown` names what was missing and is never dressed up as healthy;
 * `behind` is the rule that judges why it could not be seen, if one does.
 */
export const Verdict = z.discriminatedUnion('is', [
  z.object({ is: z.literal('healthy'), rule: z.string(), says: z.string() }),
  z.object({ is: z.literal('problem'), rule: z.string(), findings: z.array(Finding).min(1) }),
  z.object({
    is: z.literal('unknown'),
    rule: z.string(),
    says: z.string(),
    missing: z.array(EvidenceKind),
    behind: z.string().nullable(),
    asks: z.array(Ask),
  }),
  z.object({ is: z.literal('not-applicable'), rule: z.string(), says: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;
