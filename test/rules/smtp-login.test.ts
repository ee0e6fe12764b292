import { smtpLogin } from '../../src/rules/smtp-login.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const refused = (text: string) => {
  const [, code = '', enhanced = null] = /^(\d{3}) (\d\.\d\.\d+)?/.exec(text) ?? [];
  return fact('smtp-login', { outcome: 'refused', code: Number(code), enhanced, text: text.slice(4) });
};
const online = mailTarget({ version: 'online' });
ruleTable(smtpLogin, mailTarget(), [
  {
    name: 'accepted: which is not yet the right to send',
    given: [fact('smtp-login')],
    is: 'healthy',
    says: /only a message shows/,
  },
  { name: 'not tried', given: [], is: 'not-applicable' },
  {
    name: 'refused, and nothing known of IMAP',
    given: [refused('535 5.7.3 Authentication unsuccessful')],
    is: 'problem',
    certainty: 'possible',
    says: /were not accepted, or the connector/,
    because: /«535 5\.7\.3 Authentication unsuccessful»/,
    asks: [/account itself/, /Event 1035/, /narrowest/],
    remedies: [],
  },
  {
    name: 'accepted by IMAP, refused here',
    given: [refused('535 5.7.3 Authentication unsuccessful'), fact('imap-login')],
    is: 'problem',
    certainty: 'likely',
    says: /IMAP takes the same account/,
    asks: [/Event 1035/, /narrowest/],
  },
  {
    name: 'refused by both: one cause',
    given: [
      refused('535 5.7.8 Error: authentication failed'),
      fact('imap-login', { outcome: 'refused', status: 'NO' }),
    ],
    is: 'unknown',
    says: /imap-login judges that/,
  },
  {
    name: 'the code of RFC 4954',
    given: [refused('535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6')],
    is: 'problem',
    certainty: 'possible',
  },
  {
    name: 'no enhanced code at all',
    given: [refused('535 authentication failed')],
    is: 'problem',
    certainty: 'possible',
    says: /were not accepted/,
  },
  {
    name: 'mechanism',
    given: [refused('504 5.7.4 Unrecognized authentication type')],
    is: 'problem',
    certainty: 'likely',
    says: /way of logging in/,
  },
  {
    name: 'mechanism, no encryption configured',
    target: mailTarget({ smtp: { security: 'plain' } }),
    given: [{ ...refused('504 5.7.4 Unrecognized authentication type'), encrypted: false }],
    is: 'problem',
    remedies: ['use-smtp-tls'],
  },
  {
    name: 'Exchange’s directory',
    given: [refused('454 4.7.0 Temporary authentication failure')],
    is: 'problem',
    certainty: 'likely',
    says: /not about the password/,
  },
  {
    name: 'encryption',
    given: [refused('538 5.7.11 Encryption required for requested authentication mechanism')],
    is: 'problem',
    says: /wants encryption/,
  },
  {
    name: 'too many errors',
    given: [refused('421 4.7.0 Too many errors on this connection, closing transmission channel')],
    is: 'problem',
    says: /nobody should try again/,
  },
  {
    name: 'a limit',
    given: [refused('421 4.7.0 mail.test Error: too many connections from 10.4.4.95')],
    is: 'problem',
    says: /a limit of the connector/,
  },
  {
    name: 'turned off, Online',
    target: online,
    given: [refused('535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.')],
    is: 'problem',
    remedies: ['enable-smtp-auth-for-mailbox'],
    says: /turned off/,
  },
  {
    name: 'passwords ended, Online: to let the mailbox use SMTP AUTH would not help',
    target: online,
    given: [refused('550 5.7.30 Basic authentication is not supported for Client Submission.')],
    is: 'problem',
    certainty: 'likely',
    remedies: [],
    says: /turned off/,
    ifSo: ['use-oauth'],
  },
  {
    name: 'a policy of the tenant: neither the password nor the connector',
    target: online,
    given: [
      refused(
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
      ),
      refused(
        '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
      ),
    ],
    is: 'problem',
    findings: 1,
    certainty: 'likely',
    remedies: [],
    says: /a policy of the organisation/,
    asks: [/sign-in log/],
  },
  {
    name: 'sendmail, which knows no better code: 535 is credentials, whatever stands behind',
    target: mailTarget({ smtp: { security: 'plain' } }),
    given: [refused('535 5.7.0 authentication failed')],
    is: 'problem',
    certainty: 'possible',
    remedies: [],
    says: /were not accepted/,
  },
  {
    name: 'words never heard before',
    given: [refused('550 no')],
    is: 'problem',
    certainty: 'possible',
    says: /does not say why/,
  },
  {
    name: 'hung up',
    given: [fact('smtp-login', { outcome: 'closed', code: null, enhanced: null, text: null })],
    is: 'problem',
    says: /in the middle/,
  },
  {
    name: 'withheld',
    given: [
      fact('smtp-login', {
        outcome: 'withheld',
        withheldFor: 'refused-before',
        text: 'this password was refused',
        code: null,
      }),
    ],
    is: 'unknown',
    says: /this password was refused/,
  },
  {
    name: 'no mechanism',
    given: [fact('smtp-login', { outcome: 'no-mechanism', code: null, text: null })],
    is: 'unknown',
    says: /smtp-login-offer/,
  },
  {
    name: 'offered, and not what is configured',
    given: [fact('smtp-login', { outcome: 'no-mechanism', code: null, text: 'mailbox.mechanism is ntlm' })],
    is: 'unknown',
    says: /^no SMTP login was tried: mailbox\.mechanism is ntlm$/,
  },
  {
    name: 'no answer',
    given: [fact('smtp-login', { outcome: 'silent', code: null, text: null })],
    is: 'unknown',
    asks: [/transport services run/],
  },
]);
