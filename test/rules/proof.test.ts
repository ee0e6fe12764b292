import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/domain/evidence/index.js';
import type { Target } from '../../src/domain/target.js';
import { rules } from '../../src/rules/index.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';

/**
 * What is enough for a claim, and what is not. A claim is a finding that names the cause with more than «possible»; the words of a
 * question, or of a possible cause, claim nothing.
 */
const CLAIMS = {
  'bad password': /password (?:is|was) (?:wrong|bad|incorrect)|wrong password/i,
  'per-user limit': /limit on connections of one account|too many connections|stops the account/i,
  'store session limit': /limit on sessions|store sessions? .*(?:full|used up)/i,
  'proxy in path': /proxy or balancer in between/i,
  '7080 blocked': /cannot deliver its notifications/i,
  throttled: /throttles the account|used up what its policy allows/i,
} as const;
type Claim = keyof typeof CLAIMS;

const claimed = (target: Target, given: readonly Evidence[]): Claim[] => {
  const said = rules
    .filter(rule => rule.for === 'any' || rule.for === target.kind)
    .flatMap(rule => {
      const verdict = judge(rule, target, given);
      return verdict.is === 'problem' ? verdict.findings : [];
    })
    .filter(({ certainty }) => certainty !== 'possible')
    .map(({ says }) => says)
    .join('\n');
  return (Object.keys(CLAIMS) as Claim[]).filter(claim => CLAIMS[claim].test(said));
};

const refusal = (text: string) => fact('imap-login', { outcome: 'refused', status: 'NO', text });
const select = (text: string) => fact('imap-select', { outcome: 'refused', status: 'NO', text, messages: null });
const beside = { site: 'dc', vantages: ['exchange-side'] };
const blocked = { leg: 'notify', outcome: 'timed-out', code: 'ETIMEDOUT', port: 7080 } as const;
const mail = mailTarget();
const inbox = inboxTarget();

const rows: { name: string; target: Target; given: Evidence[]; claims: Claim[] }[] = [
  { name: 'one NO AUTHENTICATE failed.', target: mail, given: [refusal('A2 NO AUTHENTICATE failed.')], claims: [] },
  {
    name: 'the same with a low limit stated: a default is no proof',
    target: mail,
    given: [refusal('A2 NO AUTHENTICATE failed.'), fact('imap-limits', {}, { statedOn: '2026-11-01' })],
    claims: [],
  },
  {
    name: 'one code that says no more than «not accepted»',
    target: mail,
    given: [refusal('A2 NO [AUTHENTICATIONFAILED] Authentication failed.')],
    claims: [],
  },
  {
    name: 'a server that itself names the limit',
    target: mail,
    given: [refusal('A2 NO [LIMIT] Too many connections')],
    claims: ['per-user limit'],
  },
  {
    name: 'Server Unavailable. 15 without event 9646',
    target: mail,
    given: [select('A3 NO Server Unavailable. 15')],
    claims: [],
  },
  {
    name: 'a backoff named by the server',
    target: mail,
    given: [select('A3 BAD Request is throttled. Suggested Backoff Time: 1 milliseconds')],
    claims: ['throttled'],
  },
  {
    name: 'a Via header',
    target: inbox,
    given: [fact('notify-http', { via: '1.1 squid' }, beside)],
    claims: ['proxy in path'],
  },
  { name: 'Jetty and no such header', target: inbox, given: [fact('notify-http', {}, beside)], claims: [] },
  {
    name: 'no answer, from Exchange',
    target: inbox,
    given: [fact('tcp-connect', blocked, beside)],
    claims: ['7080 blocked'],
  },
  { name: 'no answer, from elsewhere', target: inbox, given: [fact('tcp-connect', blocked)], claims: [] },
];

describe('what counts as proof', () => {
  it.each(rows.map(row => [row.name, row] as const))('%s', (_, { target, given, claims }) => {
    expect(claimed(target, given)).toEqual(claims);
  });

  it('a wrong password is claimed by no answer of any server', () => {
    const texts = [
      'AUTHENTICATE failed.',
      'LOGIN failed.',
      '[AUTHENTICATIONFAILED] x',
      'Password incorrect',
      'Invalid login',
      'wrong password',
    ];
    for (const version of ['2010-sp3', '2016', 'online'])
      for (const text of texts) {
        const target = mailTarget({ version });
        const smtp = fact('smtp-login', {
          outcome: 'refused',
          code: 535,
          enhanced: '5.7.8',
          text: `535 5.7.8 ${text}`,
        });
        expect(claimed(target, [refusal(`A2 NO ${text}`), smtp])).not.toContain('bad password');
        expect(claimed(target, [smtp])).not.toContain('bad password');
      }
  });

  it('a finding that is not proven says what would raise it', () => {
    const kinds: Evidence[] = [
      ...(['AUTHENTICATE failed.', '[LIMIT] x', '[UNAVAILABLE] x', '[EXPIRED] x', 'locked out'] as const).map(text =>
        refusal(`A2 NO ${text}`),
      ),
      ...(['silent', 'closed', 'bye', 'not-imap', 'too-much'] as const).map(outcome =>
        fact('imap-greeting', { outcome, text: null }),
      ),
      ...(['rejected', 'silent', 'closed', 'not-smtp'] as const).map(outcome =>
        fact('smtp-banner', { outcome, code: 421, text: '421 x' }),
      ),
      ...(['refused', 'closed'] as const).map(outcome => fact('smtp-login', { outcome, code: 535, text: '535 x' })),
    ];
    for (const version of ['2010-sp3', '2016', 'online'])
      for (const given of kinds)
        for (const rule of rules.filter(({ for: kind }) => kind !== 'cuc-single-inbox')) {
          const verdict = judge(rule, mailTarget({ version }), [given]);
          for (const finding of verdict.is === 'problem' ? verdict.findings : [])
            if (finding.certainty !== 'proven') expect(finding.asks.length, finding.says).toBeGreaterThan(0);
        }
  });
});
