import { describe, expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import type { Remedy } from '../../src/domain/remedy.js';
import type { Report } from '../../src/domain/report.js';
import type { Finding, Verdict } from '../../src/domain/verdict.js';
import { chooseRemedies } from '../../src/fix/choose.js';
import { enableImapForMailbox } from '../../src/remedies/enable-imap-for-mailbox.js';
import { startImapServices } from '../../src/remedies/start-imap-services.js';
import { mailTarget } from '../support/build.js';

const target = mailTarget();
const [enable, start] = [enableImapForMailbox(target), startImapServices(target)];
const problem = (rule: string, more: Partial<Finding>): Verdict => ({
  is: 'problem',
  rule,
  findings: [
    { rule, severity: 'critical', certainty: 'likely', says: '', because: [], asks: [], remedies: [], ...more },
  ],
});
const report = (...verdicts: Verdict[]): Report => ({
  schema: 1,
  run: RunId.parse('cli-test'),
  target: target.id,
  startedAt: '2026-11-21T08:00:00.000Z',
  finishedAt: '2026-11-21T08:00:01.000Z',
  plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: [] },
  verdicts,
  observations: [],
});
const asks = (ifSo: Remedy) => [{ says: 'Is it off?', steps: [], ifSo }];

describe('the remedies of a script', () => {
  const both = report(problem('imap-mailbox', { asks: asks(enable) }), problem('imap-port', { remedies: [start] }));
  it.each<[string, Report, string[], string[] | RegExp]>([
    ['without words, what follows from the findings', both, [], ['start-imap-services']],
    [
      'never what still depends on a question',
      report(problem('imap-mailbox', { asks: asks(enable) })),
      [],
      /Once a question is answered, name its remedy: enable-imap-for-mailbox/,
    ],
    ['a rule, its findings', both, ['imap-port'], ['start-imap-services']],
    ['a remedy named by itself answers its question', both, ['enable-imap-for-mailbox'], ['enable-imap-for-mailbox']],
    ['named twice, once', both, ['imap-port', 'start-imap-services'], ['start-imap-services']],
    [
      'what is not there, with the nearest',
      both,
      ['imap-prt'],
      /nothing under `imap-prt`. Did you mean `imap-port`\? It has imap-port, start-imap-services, enable-imap-for-mailbox/,
    ],
    [
      'nothing at all',
      report({ is: 'healthy', rule: 'imap-port', says: '' }),
      [],
      /no remedy that a script could carry out/,
    ],
    ['of a rule without a remedy', both, ['imap-mailbox'], /nothing under `imap-mailbox`/],
  ])('%s', (_, given, words, expected) => {
    const chosen = chooseRemedies(given, words);
    if (expected instanceof RegExp) expect(chosen).toEqual({ is: 'mistake', says: expect.stringMatching(expected) });
    else expect(chosen.is === 'chosen' && chosen.remedies.map(({ id }) => id)).toEqual(expected);
  });
});
