import { describe, expect, it } from 'vitest';
import { compare } from '../../src/diagnosis/compare.js';
import { RunId } from '../../src/domain/ids.js';
import type { Change, Report } from '../../src/domain/report.js';
import type { Severity, Verdict } from '../../src/domain/verdict.js';
import { mailTarget } from '../support/build.js';

const { id } = mailTarget();
const report = (run: string, verdicts: readonly Verdict[]): Report => ({
  schema: 1,
  run: RunId.parse(run),
  target: id,
  startedAt: '2026-11-21T08:00:00.000Z',
  finishedAt: '2026-11-21T08:00:01.000Z',
  plan: { target: id, orders: [], uncovered: [], leftOut: [], legs: [] },
  verdicts: [...verdicts],
  observations: [],
});
const rule = 'imap-login';
const healthy: Verdict = { is: 'healthy', rule, says: 'accepted' };
const unknown: Verdict = { is: 'unknown', rule, says: 'not seen', missing: [], behind: null, asks: [] };
const beside: Verdict = { is: 'not-applicable', rule, says: 'Finesse' };
const problem = (...severities: Severity[]): Verdict => ({
  is: 'problem',
  rule,
  findings: severities.map(severity => ({
    rule,
    severity,
    certainty: 'possible',
    says: `${severity}!`,
    because: [],
    asks: [],
    remedies: [],
  })),
});

describe('since the report before', () => {
  it.each<[string, Verdict | null, Verdict | null, Omit<Change, 'rule'> | null]>([
    [
      'a problem that is gone is fixed, in the words of then',
      problem('critical'),
      healthy,
      { is: 'fixed', says: 'critical!' },
    ],
    ['one that no longer applies is fixed', problem('warning'), beside, { is: 'fixed', says: 'warning!' }],
    ['one that nobody could see is never fixed', problem('critical'), unknown, { is: 'unclear', says: 'not seen' }],
    ['the same is still there', problem('critical'), problem('critical'), { is: 'still', says: 'critical!' }],
    ['a lesser one is still there', problem('critical'), problem('notice'), { is: 'still', says: 'notice!' }],
    ['a graver one is worse', problem('warning'), problem('critical'), { is: 'worse', says: 'critical!' }],
    [
      'more of them are worse',
      problem('warning'),
      problem('warning', 'notice'),
      { is: 'worse', says: 'warning! notice!' },
    ],
    ['one where all was well is new', healthy, problem('notice'), { is: 'new', says: 'notice!' }],
    ['one where nobody could see is new', unknown, problem('notice'), { is: 'new', says: 'notice!' }],
    ['what was well and is well is no change', healthy, healthy, null],
    ['what was well and is unknown is no problem', healthy, unknown, null],
    ['what one of them did not judge is left out', null, problem('critical'), null],
    ['nor is it fixed by not being judged', problem('critical'), null, null],
  ])('%s', (_, was, now, expected) => {
    const compared = compare(report('cli-before', was ? [was] : []), report('cli-after', now ? [now] : []));
    expect(compared).toEqual({
      run: 'cli-before',
      at: '2026-11-21T08:00:01.000Z',
      changes: expected ? [{ rule, ...expected }] : [],
    });
  });

  it('is not fixed where only what was read about it no longer counts; where a look finds it well, it is', () => {
    const withRead = [{ run: RunId.parse('sla-read'), at: '2026-11-21T07:00:00.000Z', files: ['a.txt'] }];
    const before = { ...report('cli-before', [problem('critical')]), withRead };
    const changeTo = (now: Verdict, more: Partial<Report> = {}) =>
      compare(before, { ...report('cli-after', [now]), ...more }).changes[0]?.is;
    expect(changeTo(beside)).toBe('unclear');
    expect(changeTo(healthy)).toBe('fixed');
    expect(changeTo(beside, { withRead })).toBe('fixed');
  });
});
