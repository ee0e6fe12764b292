import type { Leg } from '../../src/domain/evidence/evidence.js';
import { type Report, type State, stateOf } from '../../src/domain/report.js';
import type { Finding, Verdict } from '../../src/domain/verdict.js';
import { reportView } from '../../src/view/report.js';
import { type Expected, expectedOf, type Label } from './labels.js';

/** A fault as far as grading needs it: what was made, and where. */
export type Cause = {
  label: Label;
  leg: Leg;
  isRead?: true;
  besides?: readonly Label[];
  /** Somebody has collected papers of it, and nobody has looked. */
  papers?: unknown;
};

/** How good one report is about what was made wrong. */
export type Grade = {
  /** Whether looking from outside can tell this cause from others. */
  canBeTold: boolean;
  /** The first thing that a person reads is the right one. */
  isFirst: boolean;
  /** Every cause that could be seen is named. */
  isFound: boolean;
  state: State;
  falseHealthy: boolean;
  falseAlarm: boolean;
  /** Says as likely or proven that the password is wrong. No answer of a server proves that. */
  falseWrongPassword: boolean;
  /** Names as likely what looks the same as something else. */
  overclaimed: boolean;
  /** Rules that claim a fault which nobody can have seen. */
  hiddenClaimed: readonly string[];
  /** Rules that claim a fault where none was made. */
  strange: readonly string[];
  /** What stands first, for people. */
  first: string | null;
};

/** One thing that the report states, as a person reads it. */
type Statement = { rule: string; says: string; certainty: Finding['certainty'] | 'unknown'; asks: readonly string[] };

export const gradeOf = (
  report: Report,
  shown: readonly Cause[],
  hidden: readonly Cause[],
  state: State = stateOf(report),
): Grade => {
  const wrong = shown.filter(({ label }) => label !== 'healthy');
  const isOfPapers = shown.some(({ papers }) => papers !== undefined);
  const expected = wrong.flatMap(({ label, besides = [], leg, isRead = false }) =>
    [label, ...besides].map(each => expectedOf(each, leg, isOfPapers ? 'papers' : isRead ? 'read' : 'seen')),
  );
  const statements = statementsOf(report);
  const [leading] = statements.filter(({ rule }) => rule === DIRECTION);
  const [first] = statements.filter(({ rule }) => rule !== DIRECTION);
  // A list of the directory says it of the account; no answer of a server does.
  const byDirectory = isOfPapers && wrong.some(({ label }) => OF_ACCOUNT.includes(label));
  const pointsRight = expected.every(({ points }) => !points || points.test(leading?.says ?? ''));
  const problems = findingsOf(report).filter(({ severity }) => severity !== 'notice');
  const allowed = expected.flatMap(({ rules, also = [], points }) => [
    ...rules,
    ...also,
    ...(points ? [DIRECTION] : []),
  ]);
  const strange = unique(problems.map(({ rule }) => rule).filter(rule => !allowed.includes(rule)));
  const behind = hidden.flatMap(({ label, leg }) => expectedOf(label, leg, 'seen').rules);
  const isHealthy = wrong.length === 0;
  // Papers never tell that all is well: it is enough that they raise no alarm.
  const isQuiet = isOfPapers ? state !== 'problem' : state === 'healthy';
  return {
    canBeTold: expected.every(({ asks }) => !asks),
    isFirst: isHealthy ? isQuiet : pointsRight && first !== undefined && expected.some(one => fits(first, one)),
    isFound: isHealthy ? isQuiet : expected.every(one => statements.some(statement => fits(statement, one))),
    state,
    falseHealthy: !isHealthy && state === 'healthy',
    falseAlarm: isHealthy && state === 'problem',
    falseWrongPassword: problems.some(finding => blamesPassword(finding, byDirectory)),
    overclaimed: expected.some(
      ({ asks, rules, says = /./ }) =>
        asks &&
        statements.some(
          ({ rule, says: said, certainty }) => rules.includes(rule) && says.test(said) && isSure(certainty),
        ),
    ),
    hiddenClaimed: strange.filter(rule => behind.includes(rule)),
    strange,
    first: first ? `${first.rule}, ${first.certainty}: ${first.says}` : null,
  };
};

/** It says where a fault lies and stands before whatever names it. */
const DIRECTION = 'inbox-direction';

const isSure = (certainty: Statement['certainty']): boolean => certainty === 'proven' || certainty === 'likely';

/** Where another cause looks the same, only the question that tells them apart is a right answer. */
const fits = ({ rule, says, certainty, asks }: Statement, expected: Expected): boolean => {
  if (!expected.rules.includes(rule) || !(expected.says ?? /./).test(says)) return false;
  const { asks: question } = expected;
  return !question || (!isSure(certainty) && asks.some(asked => question.test(asked)));
};

const OF_ACCOUNT: readonly Label[] = ['account-locked', 'account-disabled', 'account-expired'];

/** In words, or by the remedy that follows from it. */
const blamesPassword = ({ certainty, says, remedies }: Finding, byDirectory: boolean): boolean =>
  isSure(certainty) &&
  (WRONG_PASSWORD.test(says) || (!byDirectory && remedies.some(({ id }) => id === 'check-credentials')));
const WRONG_PASSWORD =
  /wrong password|password\b[^.;,]{0,30}\b(?:is|was) (?:wrong|not right|incorrect)|name and password were not accepted/i;

/** In the order of the answer that people get: the view decides it. */
const statementsOf = (report: Report): Statement[] =>
  reportView([report])
    .sections.filter(({ detail }) => !detail)
    .flatMap(({ title }): Statement[] => {
      const rule = /\[([a-z0-9-]+)\]$/.exec(title)?.[1];
      const finding = findingsOf(report).find(each => each.rule === rule && title.includes(each.says));
      if (finding) return [{ ...finding, asks: finding.asks.map(({ says }) => says) }];
      const unknown = unknownsOf(report).find(each => each.rule === rule && title.includes(each.says));
      return unknown ? [{ ...unknown, certainty: 'unknown', asks: unknown.asks.map(({ says }) => says) }] : [];
    });

const findingsOf = ({ verdicts }: Report): Finding[] =>
  verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
const unknownsOf = ({ verdicts }: Report): Extract<Verdict, { is: 'unknown' }>[] =>
  verdicts.filter(verdict => verdict.is === 'unknown');
const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
