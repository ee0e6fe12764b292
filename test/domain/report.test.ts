import { expect, it } from 'vitest';
import { Observation } from '../../src/domain/observation.js';
import { Report, stateOf } from '../../src/domain/report.js';
import { Verdict } from '../../src/domain/verdict.js';
import { reportView } from '../../src/view/report.js';

/** The costliest answer is a wrong «all fine»: what nobody looked at is never healthy. */
const source = { by: 'probe', probe: 'imap-login', site: 'hq', vantages: ['uccx-side'] };
const seen = Observation.parse({ is: 'seen', source, tookMs: 5, cut: false, evidence: [], transcript: [] });
const cut = { ...seen, cut: true } as Observation;
const silent = Observation.parse({ is: 'silent', source, why: 'late', says: 'no answer in time' });
const healthy = Verdict.parse({ is: 'healthy', rule: 'imap-port', says: 'it answers' });
const beside = Verdict.parse({ is: 'not-applicable', rule: 'shared-account-sessions', says: 'Finesse' });
const unknown = Verdict.parse({
  is: 'unknown',
  rule: 'imap-login',
  says: 'nobody knows',
  missing: [],
  behind: null,
  asks: [],
});
const problem = Verdict.parse({
  is: 'problem',
  rule: 'imap-login',
  findings: [
    {
      rule: 'imap-login',
      severity: 'warning',
      certainty: 'possible',
      says: 'refused',
      because: ['no'],
      asks: [],
      remedies: [],
    },
  ],
});
const gap = { vantage: 'agent-side', probe: 'imap-login' };

const report = (verdicts: Verdict[], observations: Observation[], uncovered: object[] = []): Report =>
  Report.parse({
    schema: 1,
    run: 'run-state',
    target: 'prod',
    startedAt: '2026-11-21T08:00:00.000Z',
    finishedAt: '2026-11-21T08:00:05.000Z',
    plan: { target: 'prod', orders: [], uncovered, leftOut: [], legs: ['imap'] },
    verdicts,
    observations,
  });

it.each([
  ['everything answered well', report([healthy, beside], [seen]), 'healthy', /healthy\. 1 question asked/],
  ['one site was silent', report([healthy], [seen, silent]), 'unknown', /but not everything was looked at\.$/],
  ['one probe ran out of time', report([healthy], [cut]), 'unknown', /but not everything was looked at\.$/],
  ['nobody stands where agents do', report([healthy], [seen], [gap]), 'unknown', /but not everything was looked at\.$/],
  [
    'a question stays open beside it',
    report([healthy, unknown], [seen, silent]),
    'unknown',
    /but 1 question could not be answered and not everything was looked at\.$/,
  ],
  ['a question stays open', report([healthy, unknown], [seen]), 'unknown', /but 1 question could not be answered\.$/],
  ['no rule had anything to say', report([beside], [seen]), 'unknown', /but nothing could be judged\.$/],
  ['something is wrong, whatever was not seen', report([healthy, problem], [silent]), 'problem', /^prod: 1 problem/],
] as const)('%s', (_, given, state, headline) => {
  expect(stateOf(given)).toBe(state);
  const view = reportView([given]);
  expect(view.headline).toMatch(headline);
  expect(view.tone).toBe({ healthy: 'healthy', unknown: 'unknown', problem: 'warning' }[state]);
});
