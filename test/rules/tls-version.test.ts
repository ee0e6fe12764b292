import { InboxTarget, MailTarget } from '../../src/domain/target.js';
import { tlsVersion } from '../../src/rules/tls-version.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const web = { host: 'ex01.contoso.test' };
const inbox = InboxTarget.parse({ ...inboxTarget(), web });
const old = { onlyOld: true, protocol: 'TLSv1', certificate: null } as const;
const plain = { imap: { security: 'plain' }, smtp: { security: 'plain' } };
ruleTable(tlsVersion, mailTarget(), [
  {
    name: 'both legs of today',
    given: [fact('tls-session'), fact('tls-session', { leg: 'smtp', protocol: 'TLSv1.3' })],
    is: 'healthy',
    says: /IMAP is encrypted with TLSv1\.2 \(site hq\) and SMTP is encrypted with TLSv1\.3/,
  },
  { name: 'nobody looked', given: [], is: 'unknown' },
  {
    name: 'STARTTLS not offered is judged elsewhere',
    given: [fact('tls-session', { outcome: 'not-offered', certificate: null, protocol: null })],
    is: 'unknown',
  },
  { name: 'nothing is encrypted', target: mailTarget(plain), given: [], is: 'not-applicable' },
  {
    name: 'only TLS 1.0',
    given: [fact('tls-session', old)],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    remedies: ['enable-tls12'],
    says: /IMAP.*only do TLS 1\.0 or 1\.1/,
  },
  {
    name: 'only TLS 1.0, allowed',
    target: mailTarget({ imap: { allowOldTls: true } }),
    given: [fact('tls-session', old)],
    is: 'problem',
    severity: 'warning',
  },
  {
    name: 'the handshake fails on both sites alike',
    given: ['hq', 'branch'].map(site =>
      fact(
        'tls-session',
        { outcome: 'failed', protocol: null, certificate: null, text: 'alert handshake failure' },
        { site },
      ),
    ),
    is: 'problem',
    findings: 1,
    certainty: 'possible',
    because: /alert handshake failure/,
  },
  {
    name: 'one leg old, one failed',
    given: [
      fact('tls-session', old),
      fact('tls-session', { leg: 'smtp', outcome: 'closed', certificate: null, protocol: null }),
    ],
    is: 'problem',
    findings: 2,
  },
  {
    name: 'HTTPS of today, for single inbox',
    target: inbox,
    given: [fact('tls-session', { leg: 'web', how: 'tls' })],
    is: 'healthy',
    says: /^HTTPS is encrypted with TLSv1\.2/,
  },
  {
    name: 'HTTPS knows only TLS 1.0, for single inbox',
    target: inbox,
    given: [fact('tls-session', { leg: 'web', how: 'tls', ...old })],
    is: 'problem',
    severity: 'warning',
    says: /^HTTPS at ex01\.contoso\.test, .* Unity Connection refuses it where its least version for clients is TLS 1\.2/,
    remedies: ['enable-tls12'],
  },
  {
    name: 'HTTPS knows only TLS 1.0, which agent email does not mind',
    target: MailTarget.parse({ ...mailTarget(), web }),
    given: [fact('tls-session'), fact('tls-session', { leg: 'web', how: 'tls', ...old })],
    is: 'problem',
    severity: 'notice',
    findings: 1,
  },
  {
    name: 'the handshake of HTTPS fails, for single inbox',
    target: inbox,
    given: [
      fact('tls-session', {
        leg: 'web',
        how: 'tls',
        outcome: 'failed',
        certificate: null,
        protocol: null,
        text: 'alert',
      }),
    ],
    is: 'problem',
    severity: 'critical',
    says: /^The encryption of HTTPS at ex01\.contoso\.test port 443/,
  },
  { name: 'single inbox without web', target: inboxTarget(), given: [], is: 'not-applicable' },
  { name: 'nobody looked at the web of single inbox', target: inbox, given: [], is: 'unknown' },
]);
