import { expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import type { Finding } from '../../src/domain/verdict.js';
import { defineRule, problem } from '../../src/rules/rule.js';
import { mailTarget } from '../support/build.js';

const target = mailTarget();
const card = { for: 'uccx-mail', leg: 'imap', asks: '', explains: '', source: '', uses: [], behind: [] } as const;
const finding = (severity: Finding['severity']): Omit<Finding, 'rule'> => ({
  severity,
  certainty: 'possible',
  says: 'says something',
  because: ['because'],
  asks: [],
  remedies: [],
});
const verdictOfLogin = (severity: Finding['severity']) => {
  const greeting = defineRule({ ...card, id: 'imap-greeting', needs: [], judge: () => problem(finding(severity)) });
  const login = defineRule({
    ...card,
    id: 'imap-login',
    needs: ['imap-login'],
    behind: ['imap-greeting'],
    judge: () => problem(finding('critical')),
  });
  const { verdicts } = diagnose(
    { rules: [greeting, login], onCrash: () => {} },
    {
      run: RunId.parse('run-behind'),
      target,
      plan: { target: TargetId.parse(target.id), orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
      observations: [],
      startedAt: '2026-11-21T08:00:00.000Z',
      finishedAt: '2026-11-21T08:00:05.000Z',
    },
  );
  return verdicts[1];
};

it('what could not be seen is folded behind the problem that kept it from being seen', () => {
  expect(verdictOfLogin('critical')).toMatchObject({ is: 'unknown', behind: 'imap-greeting' });
});

it('and not behind a notice, which keeps nobody from seeing more', () => {
  expect(verdictOfLogin('notice')).toMatchObject({ is: 'unknown', behind: null });
});
