import type { Change, Compared, Report } from '../domain/report.js';
import type { Severity, Verdict } from '../domain/verdict.js';

/**
 * What has become of each problem since the report before, by rule; pure. A rule that one of the two did not judge (`--only`) is left
 * out: nothing is known of it. A problem that could not be looked at again is `unclear`, never fixed.
 */
export const compare = (before: Report, after: Report): Compared => ({
  run: before.run,
  at: before.finishedAt,
  changes: after.verdicts.flatMap(now => {
    const was = before.verdicts.find(({ rule }) => rule === now.rule);
    const change = was ? changeOf(was, now, isLess(before, after)) : null;
    return change ? [change] : [];
  }),
});

/** Something that people had read counted before and does no more: it is too old, or was forgotten. */
const isLess = (before: Report, after: Report): boolean =>
  (before.withRead ?? []).some(({ run }) => !after.withRead?.some(each => each.run === run));

/** @param isLess a rule to which nothing is told any more has found nothing healthy. */
const changeOf = (was: Verdict, now: Verdict, isLess: boolean): Change | null => {
  const { rule } = now;
  if (now.is === 'problem') {
    const says = sentence(now);
    if (was.is !== 'problem') return { rule, is: 'new', says };
    return { rule, is: isWorse(was, now) ? 'worse' : 'still', says };
  }
  if (was.is !== 'problem') return null;
  if (now.is === 'not-applicable' && isLess)
    return { rule, is: 'unclear', says: 'what was read about it no longer counts' };
  return now.is === 'unknown' ? { rule, is: 'unclear', says: now.says } : { rule, is: 'fixed', says: sentence(was) };
};

type Problem = Extract<Verdict, { is: 'problem' }>;

const RANK: readonly Severity[] = ['notice', 'warning', 'critical'];
const worst = ({ findings }: Problem): number => Math.max(...findings.map(({ severity }) => RANK.indexOf(severity)));

const isWorse = (was: Problem, now: Problem): boolean =>
  worst(now) > worst(was) || (worst(now) === worst(was) && now.findings.length > was.findings.length);

const sentence = ({ findings }: Problem): string => findings.map(({ says }) => says).join(' ');
