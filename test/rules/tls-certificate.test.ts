import { InboxTarget, MailTarget } from '../../src/domain/target.js';
import { tlsCertificate } from '../../src/rules/tls-certificate.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const web = { host: 'ex01.contoso.test' };
const inbox = InboxTarget.parse({ ...inboxTarget(), web });
const usual = fact('tls-session').certificate;
const until = (notAfter: string, notBefore = '2025-01-01T00:00:00.000Z') => ({
  certificate: usual && { ...usual, notAfter, notBefore },
});
ruleTable(tlsCertificate, mailTarget(), [
  { name: 'valid', given: [fact('tls-session')], is: 'healthy', says: /^IMAP: valid until 2027-12-31/ },
  {
    name: 'valid on both legs',
    given: [fact('tls-session'), fact('tls-session', { leg: 'smtp' })],
    is: 'healthy',
    says: /^IMAP and SMTP: valid/,
  },
  {
    name: 'untrusted is said and not blamed',
    given: [fact('tls-session', { trusted: false, trustProblem: 'self-signed certificate' })],
    is: 'healthy',
    says: /not known at site hq \(«self-signed certificate»\), which says nothing about/,
  },
  { name: 'nobody looked', given: [], is: 'unknown' },
  {
    name: 'both legs in plain text, and no web address',
    target: mailTarget({ imap: { security: 'plain' }, smtp: { security: 'plain', port: 25 } }),
    given: [],
    is: 'not-applicable',
    says: /neither IMAP nor SMTP is encrypted/,
  },
  {
    name: 'the handshake failed',
    given: [fact('tls-session', { outcome: 'failed', certificate: null })],
    is: 'unknown',
  },
  {
    name: 'expired, one certificate on both legs',
    given: [
      fact('tls-session', until('2026-11-20T00:00:00.000Z')),
      fact('tls-session', { leg: 'smtp', ...until('2026-11-20T00:00:00.000Z') }),
    ],
    is: 'problem',
    findings: 1,
    severity: 'critical',
    remedies: ['renew-certificate'],
    says: /IMAP and SMTP.*expired on 2026-11-20/,
  },
  {
    name: '30 days left',
    given: [fact('tls-session', until('2026-12-21T08:00:00.000Z'))],
    is: 'problem',
    severity: 'warning',
    says: /in 30 days/,
  },
  { name: '31 days left', given: [fact('tls-session', until('2026-12-22T08:00:00.000Z'))], is: 'healthy' },
  {
    name: 'not yet valid',
    given: [fact('tls-session', until('2028-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'))],
    is: 'problem',
    severity: 'critical',
    says: /not valid before 2027-01-01/,
  },
  {
    name: 'the wrong name',
    given: [fact('tls-session', { nameMatches: false, expectedName: 'other.test' })],
    is: 'problem',
    severity: 'warning',
    remedies: ['assign-imap-certificate'],
    says: /does not hold the name other\.test/,
  },
  {
    name: 'HTTPS that has run out, for single inbox',
    target: inbox,
    given: [fact('tls-session', { leg: 'web', how: 'tls', ...until('2026-11-01T00:00:00.000Z') })],
    is: 'problem',
    severity: 'warning',
    says: /^The certificate of HTTPS, seen from site hq, expired on 2026-11-01\. Unity Connection minds where it checks/,
    remedies: ['renew-certificate'],
  },
  {
    name: 'the wrong name on HTTPS, for single inbox',
    target: inbox,
    given: [fact('tls-session', { leg: 'web', how: 'tls', nameMatches: false })],
    is: 'problem',
    severity: 'warning',
    remedies: [],
  },
  {
    name: 'HTTPS that has run out, which agent email does not mind',
    target: MailTarget.parse({ ...mailTarget(), web }),
    given: [fact('tls-session'), fact('tls-session', { leg: 'web', how: 'tls', ...until('2026-11-01T00:00:00.000Z') })],
    is: 'problem',
    severity: 'notice',
    findings: 1,
  },
  {
    name: 'one certificate of IMAP and HTTPS that has run out',
    target: MailTarget.parse({ ...mailTarget(), web }),
    given: ['imap', 'web'].map(leg =>
      fact('tls-session', { leg: leg as 'imap', ...until('2026-11-01T00:00:00.000Z') }),
    ),
    is: 'problem',
    severity: 'critical',
    findings: 1,
    says: /^The certificate of HTTPS and IMAP/,
  },
]);
