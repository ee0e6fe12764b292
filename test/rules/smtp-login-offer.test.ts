import { MailTarget } from '../../src/domain/target.js';
import { smtpLoginOffer } from '../../src/rules/smtp-login-offer.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const byToken = MailTarget.parse({
  ...mailTarget({ version: 'online' }),
  mailbox: {
    user: 'uccx@contoso.test',
    oauth: { tenant: 'contoso.test', clientId: '11111111-1111-4111-8111-111111111111', clientSecret: 'env:S' },
  },
});
const before = (...extensions: string[]) => fact('smtp-ehlo', { when: 'before-tls', extensions, auth: [] });
ruleTable(
  smtpLoginOffer,
  mailTarget(),
  [
    { name: 'as shipped', given: [before('SIZE', 'STARTTLS'), fact('smtp-ehlo')], is: 'healthy' },
    {
      name: 'readable',
      target: mailTarget({ smtp: { security: 'plain' } }),
      given: [fact('smtp-ehlo', { when: 'plain' })],
      is: 'healthy',
      says: /readable/,
    },
    {
      name: 'a token is a way to log in where a token is configured',
      target: byToken,
      given: [before('STARTTLS'), fact('smtp-ehlo', { auth: ['XOAUTH2'] })],
      is: 'healthy',
    },
    {
      name: 'a token is configured, and passwords alone are taken',
      target: byToken,
      given: [before('STARTTLS'), fact('smtp-ehlo', { auth: ['LOGIN'] })],
      is: 'problem',
      says: /offers site hq only LOGIN for a login: if UCCX sends with a token here/,
    },
    { name: 'nobody looked', given: [], is: 'unknown' },
    {
      name: 'the handshake failed',
      given: [before('STARTTLS'), fact('tls-session', { leg: 'smtp', outcome: 'failed', certificate: null })],
      is: 'unknown',
      says: /tls-version/,
    },
    {
      name: 'STARTTLS not offered',
      given: [before('SIZE'), fact('tls-session', { leg: 'smtp', outcome: 'not-offered', certificate: null })],
      is: 'problem',
      findings: 1,
      severity: 'critical',
      certainty: 'proven',
      says: /does not offer STARTTLS/,
      asks: [/Which connector answers/],
    },
    {
      name: 'STARTTLS refused',
      given: [
        before('STARTTLS'),
        fact('tls-session', { leg: 'smtp', outcome: 'refused', text: '454 no', certificate: null }),
      ],
      is: 'problem',
      says: /refuses STARTTLS/,
    },
    {
      name: 'no login after encryption',
      given: [fact('smtp-ehlo', { extensions: ['SIZE'], auth: [] })],
      is: 'problem',
      severity: 'warning',
      says: /offers site hq no login/,
    },
    {
      name: 'STARTTLS that a firewall has masked',
      given: [
        fact('smtp-ehlo', { when: 'before-tls', extensions: ['SIZE', 'XXXXXXXA', 'XXXX'], auth: [] }),
        fact('tls-session', { leg: 'smtp', outcome: 'not-offered', certificate: null, protocol: null, cipher: null }),
      ],
      is: 'problem',
      severity: 'critical',
      says: /does not offer STARTTLS to site hq, which is configured here: a firewall that inspects SMTP has masked/,
      because: /SIZE XXXXXXXA XXXX/,
      asks: [/inspect esmtp/],
    },
    {
      name: 'only NTLM and GSSAPI',
      given: [fact('smtp-ehlo', { auth: ['NTLM', 'GSSAPI'] })],
      is: 'problem',
      says: /only NTLM and GSSAPI/,
    },
    {
      name: 'EHLO refused',
      given: [
        fact('smtp-ehlo', {
          outcome: 'refused',
          code: 501,
          text: '501 5.5.4 Invalid domain name',
          extensions: [],
          auth: [],
        }),
      ],
      is: 'problem',
      because: /501 5\.5\.4/,
    },
  ],
  { 'not-applicable': 'every mail target sends over SMTP' },
);
