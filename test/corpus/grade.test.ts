import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/domain/report.js';
import type { Finding, Verdict } from '../../src/domain/verdict.js';
import { checkCredentials } from '../../src/remedies/check-credentials.js';
import { mailTarget } from '../support/build.js';
import { type Cause, gradeOf } from './grade.js';

const finding = (rule: string, more: Partial<Finding>): Finding => ({
  rule,
  severity: 'critical',
  certainty: 'possible',
  says: 'Something is wrong.',
  because: ['site hq: «words»'],
  asks: [],
  remedies: [],
  ...more,
});
const reportOf = (...verdicts: Verdict[]): Report =>
  ({
    schema: 1,
    run: 'run-of-a-test',
    target: 'paris-mail',
    startedAt: '2026-11-21T08:00:00.000Z',
    finishedAt: '2026-11-21T08:00:01.000Z',
    plan: { target: 'paris-mail', orders: [], uncovered: [], leftOut: [], legs: ['imap', 'smtp'] },
    verdicts,
    observations: [],
  }) as unknown as Report;
const problem = (...findings: [Finding, ...Finding[]]): Verdict => ({
  is: 'problem',
  rule: findings[0].rule,
  findings,
});
const well: Verdict = { is: 'healthy', rule: 'smtp-port', says: 'fine' };

const REFUSED: Cause = { label: 'wrong-password', leg: 'imap' };
const CLOSED: Cause = { label: 'port-closed', leg: 'imap' };
const closed = finding('imap-port', { says: 'mail.test port 143 refuses the connection.' });
const refused = finding('imap-login', {
  says: 'Exchange refuses the login; one refusal does not say why.',
  asks: [{ says: 'Is it the account itself? The directory knows.', steps: [] }],
});

describe('a grade', () => {
  it('is good for the right finding first', () =>
    expect(gradeOf(reportOf(problem(closed)), [CLOSED], [])).toMatchObject({
      canBeTold: true,
      isFirst: true,
      isFound: true,
      strange: [],
    }));

  it('is good for the right question where causes look alike', () =>
    expect(gradeOf(reportOf(problem(refused)), [REFUSED], [])).toMatchObject({
      canBeTold: false,
      isFirst: true,
      overclaimed: false,
      falseWrongPassword: false,
    }));

  it.each([
    ['the wrong rule', problem(finding('imap-greeting', {}))],
    ['the right rule with the words of another cause', problem({ ...closed, says: 'It does not answer at all.' })],
    ['nothing', well],
  ])('is bad for %s', (_, verdict) =>
    expect(gradeOf(reportOf(verdict), [CLOSED], [])).toMatchObject({ isFirst: false, isFound: false }),
  );

  it('is bad where the right question is missing', () =>
    expect(gradeOf(reportOf(problem({ ...refused, asks: [] })), [REFUSED], []).isFirst).toBe(false));

  it.each([
    ['in words', finding('imap-login', { certainty: 'likely', says: 'The password is wrong.' })],
    ['in other words', finding('smtp-login', { certainty: 'proven', says: 'Name and password were not accepted.' })],
    ['by its remedy', { ...refused, certainty: 'likely' as const, remedies: [checkCredentials(mailTarget())] }],
  ])('sees a password blamed %s', (_, blamed) =>
    expect(gradeOf(reportOf(problem(blamed)), [REFUSED], []).falseWrongPassword).toBe(true),
  );

  it('sees a cause claimed as likely that looks the same as another', () =>
    expect(gradeOf(reportOf(problem({ ...refused, certainty: 'likely' })), [REFUSED], [])).toMatchObject({
      overclaimed: true,
      isFirst: false,
    }));

  it('sees a false «healthy» and a false alarm', () => {
    expect(gradeOf(reportOf(well), [CLOSED], []).falseHealthy).toBe(true);
    expect(gradeOf(reportOf(problem(closed)), [{ label: 'healthy', leg: 'imap' }], []).falseAlarm).toBe(true);
    const remark = finding('imap-greeting', { severity: 'notice' });
    expect(gradeOf(reportOf(well, problem(remark)), [{ label: 'healthy', leg: 'imap' }], [])).toMatchObject({
      falseAlarm: false,
      isFirst: true,
    });
  });

  it('wants both of two causes that show', () => {
    const both: Cause[] = [CLOSED, { label: 'port-closed', leg: 'smtp' }];
    const smtp = finding('smtp-port', { says: 'mail.test port 587 refuses the connection.' });
    expect(gradeOf(reportOf(problem(closed), problem(smtp)), both, [])).toMatchObject({ isFound: true, isFirst: true });
    expect(gradeOf(reportOf(problem(closed)), both, [])).toMatchObject({ isFound: false, isFirst: true });
  });

  it('wants silence about what lies behind another fault', () => {
    expect(gradeOf(reportOf(problem(closed)), [CLOSED], [REFUSED]).hiddenClaimed).toEqual([]);
    expect(gradeOf(reportOf(problem(closed), problem(refused)), [CLOSED], [REFUSED])).toMatchObject({
      hiddenClaimed: ['imap-login'],
      strange: ['imap-login'],
    });
  });

  describe('of papers', () => {
    const locked: Cause = { label: 'account-locked', leg: 'imap', papers: [] };
    const limit: Cause = { label: 'per-user-limit', leg: 'imap', papers: [] };
    const blamed = finding('account-state', {
      certainty: 'proven',
      says: 'The account is locked out.',
      remedies: [checkCredentials(mailTarget())],
    });

    it('lets the directory speak of the account, and nobody else', () => {
      expect(gradeOf(reportOf(problem(blamed)), [locked], [])).toMatchObject({
        falseWrongPassword: false,
        isFirst: true,
      });
      expect(gradeOf(reportOf(problem(blamed)), [limit], []).falseWrongPassword).toBe(true);
    });

    it('wants no alarm of papers in which nothing is wrong, and no more than that', () => {
      const quiet: Cause = { label: 'healthy', leg: 'imap', papers: [] };
      expect(gradeOf(reportOf(well), [quiet], [], 'unknown')).toMatchObject({ isFirst: true, falseAlarm: false });
      expect(gradeOf(reportOf(problem(closed)), [quiet], [], 'problem')).toMatchObject({
        isFirst: false,
        falseAlarm: true,
      });
    });

    it('wants the right direction before the cause', () => {
      const blocked: Cause = { label: 'notify-blocked', leg: 'notify', papers: [] };
      const cause = problem(finding('notify-events', { says: 'Exchange: no connection came about.' }));
      const points = (to: string) =>
        problem(finding('inbox-direction', { leads: true, says: `The fault lies in the direction ${to}.` }));
      const graded = (...verdicts: Verdict[]) => gradeOf(reportOf(...verdicts), [blocked], []).isFirst;
      expect(graded(points('Exchange to Unity Connection'), cause)).toBe(true);
      expect(graded(points('Unity Connection to Exchange'), cause)).toBe(false);
      expect(graded(cause)).toBe(false);
    });
  });
});
