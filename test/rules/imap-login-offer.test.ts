import { MailTarget } from '../../src/domain/target.js';
import { imapLoginOffer } from '../../src/rules/imap-login-offer.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const byToken = MailTarget.parse({
  ...mailTarget({ version: 'online' }),
  mailbox: {
    user: 'uccx@contoso.test',
    oauth: { tenant: 'contoso.test', clientId: '11111111-1111-4111-8111-111111111111', clientSecret: 'env:S' },
  },
});
const plain = mailTarget({ imap: { security: 'plain' } });
const before = (...capabilities: string[]) =>
  fact('imap-capability', { when: 'before-tls', capabilities: ['IMAP4REV1', ...capabilities] });
const open = (...capabilities: string[]) =>
  fact('imap-capability', { when: 'plain', capabilities: ['IMAP4REV1', ...capabilities] });
ruleTable(
  imapLoginOffer,
  mailTarget(),
  [
    {
      name: 'as shipped',
      given: [before('LOGINDISABLED', 'STARTTLS'), fact('imap-capability'), fact('tls-session')],
      is: 'healthy',
      says: /^a login is offered at site hq$/,
    },
    { name: 'readable', target: plain, given: [open('AUTH=PLAIN')], is: 'healthy', says: /readable/ },
    {
      name: 'the LOGIN command needs no AUTH= word',
      target: plain,
      given: [open('AUTH=NTLM', 'AUTH=GSSAPI')],
      is: 'healthy',
    },
    {
      name: 'a token is a way to log in where a token is configured',
      target: byToken,
      given: [before('STARTTLS'), fact('imap-capability', { capabilities: ['LOGINDISABLED', 'AUTH=XOAUTH2'] })],
      is: 'healthy',
    },
    {
      name: 'a token is configured, and passwords alone are taken',
      target: byToken,
      given: [before('STARTTLS'), fact('imap-capability', { capabilities: ['AUTH=PLAIN'] })],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      says: /offers PLAIN for a login after encryption: nothing that takes a token/,
    },
    { name: 'nobody looked', given: [], is: 'unknown' },
    {
      name: 'the handshake failed',
      given: [before('STARTTLS'), fact('tls-session', { outcome: 'failed', certificate: null })],
      is: 'unknown',
      says: /tls-version judges that/,
    },
    { name: 'only what stands before encryption was seen', given: [before('STARTTLS')], is: 'unknown' },
    {
      name: 'login forbidden, no encryption configured',
      target: plain,
      given: [open('LOGINDISABLED', 'STARTTLS')],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      remedies: ['use-imap-tls'],
      says: /forbids logins before encryption/,
    },
    {
      name: 'STARTTLS not offered',
      given: [before('AUTH=NTLM'), fact('tls-session', { outcome: 'not-offered', certificate: null })],
      is: 'problem',
      findings: 1,
      remedies: ['assign-imap-certificate'],
      says: /does not offer STARTTLS/,
      because: /IMAP4REV1 AUTH=NTLM/,
    },
    {
      name: 'STARTTLS refused',
      given: [before('STARTTLS'), fact('tls-session', { outcome: 'refused', text: 'A1 NO no', certificate: null })],
      is: 'problem',
      findings: 1,
      says: /refuses STARTTLS/,
      because: /«A1 NO no»/,
    },
    {
      name: 'only NTLM and GSSAPI',
      given: [fact('imap-capability', { capabilities: ['LOGINDISABLED', 'AUTH=NTLM', 'AUTH=GSSAPI'] })],
      is: 'problem',
      says: /offers NTLM and GSSAPI.*nothing with which a password/,
      remedies: [],
    },
    {
      name: 'only NTLM, with which we got in: the account is right, and UCCX may still not get in',
      given: [
        fact('imap-capability', { capabilities: ['LOGINDISABLED', 'AUTH=NTLM'] }),
        fact('imap-login', { mechanism: 'NTLM' }),
      ],
      is: 'problem',
      says: /offers NTLM/,
      asks: [/NTLM let site hq in, so name and password are right/],
    },
    {
      name: 'AUTHENTICATE LOGIN, as old servers have it',
      given: [fact('imap-capability', { capabilities: ['LOGINDISABLED', 'AUTH=LOGIN'] })],
      is: 'healthy',
    },
    {
      name: 'only OAuth',
      target: mailTarget({ version: 'online' }),
      given: [fact('imap-capability', { capabilities: ['LOGINDISABLED', 'AUTH=XOAUTH2'] })],
      is: 'problem',
      asks: [/OAuth/],
    },
    {
      name: 'no list',
      given: [fact('imap-capability', { outcome: 'refused', capabilities: [], text: 'A1 BAD no' })],
      is: 'problem',
      certainty: 'possible',
    },
  ],
  { 'not-applicable': 'every mail target logs in over IMAP' },
);
