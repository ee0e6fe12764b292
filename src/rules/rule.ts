import type { IsoTime } from '../domain/clock.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { EvidenceKind, EvidenceOf } from '../domain/evidence/index.js';
import type { Target, TargetKind } from '../domain/target.js';
import type { Ask, Finding, Verdict } from '../domain/verdict.js';

/** What a rule says, before it is known which rule said it. */
export type Judgement =
  | { is: 'healthy'; says: string }
  | { is: 'problem'; findings: Omit<Finding, 'rule'>[] }
  /** `behind`: the rule that tells why, where the evidence and not the order of the rules shows it. */
  | { is: 'unknown'; says: string; missing: EvidenceKind[]; asks: Ask[]; behind?: string }
  | { is: 'not-applicable'; says: string };

export const healthy = (says: string): Judgement => ({ is: 'healthy', says });
export const problem = (...findings: Omit<Finding, 'rule'>[]): Judgement => ({ is: 'problem', findings });
export const unknown = (
  says: string,
  { missing = [], asks = [] }: { missing?: EvidenceKind[]; asks?: Ask[] } = {},
): Judgement => ({
  is: 'unknown',
  says,
  missing,
  asks,
});
/** What another rule tells with its proof, so that one cause is one finding. */
export const toldBy = (rule: string, says: string, missing: EvidenceKind[]): Judgement => ({
  ...(unknown(says, { missing }) as Extract<Judgement, { is: 'unknown' }>),
  behind: rule,
});
export const notApplicable = (says: string): Judgement => ({ is: 'not-applicable', says });

/** All evidence of the kinds that a rule declared, oldest first; several sites give several of one kind. */
export type Seen<Kind extends EvidenceKind> = { readonly [K in Kind]: readonly EvidenceOf<K>[] };

export type RuleCard = {
  id: string;
  for: TargetKind | 'any';
  /**
   * The conversation that it judges: it is left out when that one was not looked at (`--only`), and sees of shared kinds
   * (tcp-connect, tls-session) only what belongs to it. Null: it judges over all of them and tells them apart by `leg` itself.
   */
  leg: Leg | null;
  /** The question that it answers, as an administrator would ask it. */
  asks: string;
  /** How it decides, for `/uccx explain`. */
  explains: string;
  source: string;
  /** Without one of each it answers `unknown` by itself. */
  needs: readonly EvidenceKind[];
  uses: readonly EvidenceKind[];
  /** Rules whose problem explains why `needs` could not be seen; they come earlier in the list. */
  behind: readonly string[];
};

export type Rule = RuleCard & {
  /** @param now the end of the look, so that what is old can be told from what is so now. */
  judge: (seen: Seen<EvidenceKind>, target: never, now: IsoTime) => Judgement;
};

/** A rule answers and does nothing else: no clock, no chance, no I/O. It sees only the kinds that it declared. */
export const defineRule = <
  const Kind extends TargetKind | 'any',
  const Needs extends EvidenceKind,
  const Uses extends EvidenceKind = never,
>(
  rule: Omit<RuleCard, 'for' | 'needs' | 'uses'> & {
    for: Kind;
    needs: readonly Needs[];
    uses: readonly Uses[];
    judge: (
      seen: Seen<Needs | Uses>,
      target: Kind extends 'any' ? Target : Extract<Target, { kind: Kind }>,
      now: IsoTime,
    ) => Judgement;
  },
): Rule => rule as unknown as Rule;

/** Puts the rule's own name on what it said. */
export const asVerdict = (rule: Rule, judgement: Judgement): Verdict => {
  if (judgement.is === 'problem') {
    return {
      is: 'problem',
      rule: rule.id,
      findings: judgement.findings.map(finding => ({ rule: rule.id, ...finding })),
    };
  }
  if (judgement.is === 'unknown') return { rule: rule.id, behind: null, ...judgement };
  return { rule: rule.id, ...judgement };
};
