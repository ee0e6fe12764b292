import { describe, expect, it } from 'vitest';
import type { Evidence, EvidenceKind } from '../../src/domain/evidence/index.js';
import type { Remedy, Step } from '../../src/domain/remedy.js';
import type { Target } from '../../src/domain/target.js';
import { type Ask, type Finding, Verdict } from '../../src/domain/verdict.js';
import { toShell } from '../../src/ems/to-shell.js';
import { asVerdict, type Rule, type Seen, unknown } from '../../src/rules/rule.js';
import { ANSWERED_BY_A_PERSON, ANSWERS, cmdletsIn } from './answers.js';

/** When the look ended, unless a row says otherwise. */
const NOW = '2026-11-21T08:00:00.000Z';

const VERDICTS = Verdict.options.map(option => option.shape.is.value);

/** One case: these facts (of this target, where not the table's) give this verdict. */
export type Row = {
  name: string;
  target?: Target;
  given: readonly Evidence[];
  is: Verdict['is'];
  says?: RegExp;
  severity?: Finding['severity'];
  certainty?: Finding['certainty'];
  findings?: number;
  because?: RegExp;
  /** Ids of the remedies, in order. */
  remedies?: readonly string[];
  /** What the questions ask, in order. */
  asks?: readonly RegExp[];
  /** Remedies that would follow from a yes to a question. */
  ifSo?: readonly string[];
  /** Every line to paste, of the remedies and then of the questions. */
  commands?: readonly string[];
};

/** Runs a rule as the diagnosis does: only what it declared, and `unknown` by itself where something it needs is missing. */
export const judge = (rule: Rule, target: Target, given: readonly Evidence[], now: string = NOW): Verdict => {
  const mine = given.filter(item => rule.leg === null || !('leg' in item) || item.leg === rule.leg);
  const seen = Object.fromEntries(
    [...rule.needs, ...rule.uses].map(kind => [kind, mine.filter(item => item.kind === kind)]),
  ) as unknown as Seen<EvidenceKind>;
  const missing = rule.needs.filter(kind => seen[kind].length === 0);
  if (missing.length > 0) return asVerdict(rule, unknown(`not seen: ${missing.join(', ')}`, { missing: [...missing] }));
  return Verdict.parse(asVerdict(rule, rule.judge(seen, target as never, now)));
};

/** Verdicts that a rule cannot come to, each with the reason. */
export type Never = { readonly [Is in Verdict['is']]?: string };

/** A rule is a table: it must show all four verdicts, or say why there cannot be one; and evidence has no order. */
export const ruleTable = (rule: Rule, target: Target, rows: readonly Row[], never: Never = {}): void => {
  describe(`rule ${rule.id}`, () => {
    it('has a table worth the name', () => {
      expect(new Set(rows.map(row => row.name)).size).toBe(rows.length);
      for (const is of VERDICTS) {
        const isShown = rows.some(row => row.is === is);
        expect({ is, shown: isShown, never: never[is] ?? null }).toEqual(
          isShown ? { is, shown: true, never: null } : { is, shown: false, never: expect.stringMatching(/.{20}/) },
        );
      }
    });
    it.each(rows.map(row => [row.name, row] as const))('%s', (_, row) => {
      const verdict = judge(rule, row.target ?? target, row.given);
      expectRow(verdict, row);
      expect(judge(rule, row.target ?? target, [...row.given].reverse())).toEqual(verdict);
      expect(judge(rule, row.target ?? target, [...row.given.slice(1), ...row.given.slice(0, 1)])).toEqual(verdict);
    });
  });
};

const expectRow = (verdict: Verdict, row: Row): void => {
  const said = saidBy(verdict);
  expect({ is: verdict.is, said }).toMatchObject({ is: row.is });
  const findings = verdict.is === 'problem' ? verdict.findings : [];
  const asks = [...findings.flatMap(finding => finding.asks), ...(verdict.is === 'unknown' ? verdict.asks : [])];
  if (row.says) expect(said).toMatch(row.says);
  if (row.severity) expect(findings[0]?.severity).toBe(row.severity);
  if (row.certainty) expect(findings[0]?.certainty).toBe(row.certainty);
  if (row.findings !== undefined) expect(findings).toHaveLength(row.findings);
  if (row.because) expect(findings.flatMap(finding => finding.because).join('\n')).toMatch(row.because);
  if (row.remedies) expect(findings.flatMap(({ remedies }) => remedies.map(({ id }) => id))).toEqual(row.remedies);
  if (row.asks) expect(asks.map(({ says }) => says)).toEqual(row.asks.map(pattern => expect.stringMatching(pattern)));
  if (row.ifSo) expect(asks.flatMap(({ ifSo }) => (ifSo ? [ifSo.id] : []))).toEqual(row.ifSo);
  if (row.commands) expect(linesOf(findings, asks)).toEqual(row.commands);
  expectHonest(findings, said);
  expectAnswerable(asks);
};

/** Whatever a question asks for shows something, and a reader knows it; asking for what cannot be handed in leads nowhere. */
const expectAnswerable = (asks: readonly Ask[]): void => {
  for (const { steps } of asks) expect(pasted(steps).filter(line => / \| Export-Clixml /.test(line))).toEqual([]);
  const asked = asks.flatMap(({ steps }) =>
    steps.flatMap(step => (step.do === 'shell' ? cmdletsIn(step.command) : [])),
  );
  expect(asks.flatMap(({ steps }) => unpasteable(steps))).toEqual([]);
  for (const cmdlet of asked) expect({ ...ANSWERS, ...ANSWERED_BY_A_PERSON }).toHaveProperty([cmdlet]);
};

const saidBy = (verdict: Verdict): string =>
  verdict.is === 'problem' ? verdict.findings.map(({ says }) => says).join('\n') : verdict.says;

/** What holds for every verdict: a possible cause carries no change, a finding quotes what it rests on, no placeholder is printed. */
const expectHonest = (findings: readonly Finding[], said: string): void => {
  for (const { certainty, remedies, because } of findings) {
    if (certainty === 'possible') expect(remedies).toEqual([]);
    expect(because.length).toBeGreaterThan(0);
  }
  expect(said).not.toMatch(/<[^>]*>|""|undefined|null|NaN|Infinity/);
  expect(said.length).toBeGreaterThan(0);
};

const linesOf = (findings: readonly Finding[], asks: readonly Ask[]): string[] => [
  ...findings.flatMap(({ remedies }) => remedies.flatMap(shellLines)),
  ...asks.flatMap(({ steps }) => pasted(steps)),
];

/** Every line of PowerShell of a remedy, in the order in which it is shown. */
export const shellLines = ({ read, apply, verify, undo }: Remedy): string[] =>
  [...read, ...apply, ...verify, ...undo].flatMap(step => (step.do === 'shell' ? [toShell(step.command)] : []));

/** Every line to paste, wherever. */

export const pasted = (steps: readonly Step[]): string[] =>
  steps.flatMap(step => {
    if (step.do === 'shell') return [toShell(step.command)];
    return step.typed ? [step.typed.line] : [];
  });

/** Steps that hide a line of a command line in a sentence, where it does not paste. */
const unpasteable = (steps: readonly Step[]): string[] =>
  steps.flatMap(step =>
    step.do === 'by-hand' &&
    !step.typed &&
    /\b(?:utils|show|file (?:list|get|view)|run cuc|tcpdump|netsh) [a-z-]/.test(step.text)
      ? [step.text]
      : [],
  );
