import { tlsVersion } from '../../src/rules/tls-version.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

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
]);
