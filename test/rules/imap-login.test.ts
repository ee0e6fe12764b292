import { imapLogin } from '../../src/rules/imap-login.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const refused = (text = 'A2 NO AUTHENTICATE failed.', site = 'hq') =>
  fact('imap-login', { outcome: 'refused', status: 'NO', text }, { site });
const withheld = (withheldFor: 'refused-before' | 'old-tls', text: string) =>
  fact('imap-login', { outcome: 'withheld', withheldFor, text, status: null });
ruleTable(imapLogin, mailTarget(), [
  { name: 'accepted', given: [fact('imap-login')], is: 'healthy' },
  {
    name: 'refused: neither a wrong password nor a limit is claimed',
    given: [refused()],
    is: 'problem',
    severity: 'critical',
    certainty: 'possible',
    remedies: [],
    says: /one refusal does not say why/,
    because: /«A2 NO AUTHENTICATE failed\.»/,
    asks: [
      /^Is it the account itself/,
      /^Do others work on this account/,
      /^Has an IMAP service stopped/,
      /^Is IMAP turned off/,
    ],
    ifSo: ['check-credentials', 'start-imap-services', 'enable-imap-for-mailbox'],
  },
  {
    name: 'refused, and the limit read is below the need',
    given: [refused(), fact('imap-limits', { maxConnectionsPerUser: 16 }, { statedOn: '2026-11-01' })],
    is: 'problem',
    certainty: 'possible',
    asks: [/^Do others work/, /^Is it the account/, /stopped/, /turned off/],
  },
  {
    name: 'refused here, accepted there',
    given: [refused(), fact('imap-login', {}, { site: 'branch' })],
    is: 'problem',
    says: /accepts the same one from site branch/,
    asks: [/^Do others work/, /account itself/, /stopped/, /turned off/],
  },
  {
    name: 'refused, Finesse, 2010',
    target: mailTarget({ desktop: 'finesse', version: '2010-sp3' }),
    given: [refused()],
    is: 'problem',
    asks: [/account itself/, /turned off/],
  },
  {
    name: 'refused, Online',
    target: mailTarget({ version: 'online' }),
    given: [refused()],
    is: 'problem',
    asks: [/no passwords for IMAP/, /turned off/],
    commands: ["Get-CASMailbox -Identity 'contoso\\uccxemail' | Format-List -Property 'Name','ImapEnabled'"],
  },
  {
    name: 'before encryption',
    given: [
      fact('imap-login', {
        outcome: 'refused',
        status: 'BAD',
        text: 'A2 BAD Command received in Invalid state.',
        encrypted: false,
      }),
    ],
    is: 'problem',
    asks: [/missing encryption/, /account itself/],
    ifSo: ['use-imap-tls', 'check-credentials'],
  },
  {
    name: 'disabled',
    given: [refused('A2 NO Logon failure: account currently disabled.')],
    is: 'problem',
    asks: [/turned off/, /account itself/, /Do others/],
  },
  {
    name: 'the same from two sites',
    given: [refused(), refused(undefined, 'branch')],
    is: 'problem',
    findings: 1,
    says: /site branch and site hq/,
  },
  {
    name: 'hung up',
    given: [fact('imap-login', { outcome: 'closed', status: 'BYE', text: '* BYE Connection is closed. 14' })],
    is: 'problem',
    certainty: 'possible',
    says: /in the middle of the login/,
  },
  {
    name: 'withheld after a refusal',
    given: [withheld('refused-before', 'this password was refused on 2026-11-20')],
    is: 'unknown',
    says: /refused on 2026-11-20/,
    asks: [/\/uccx check paris-mail --login-anyway/],
  },
  { name: 'withheld for old TLS', given: [withheld('old-tls', 'only TLS 1.0')], is: 'unknown', asks: [/TLS 1\.2/] },
  {
    name: 'no mechanism',
    given: [fact('imap-login', { outcome: 'no-mechanism', status: null, text: null })],
    is: 'unknown',
    says: /imap-login-offer judges that/,
  },
  {
    name: 'no answer',
    given: [fact('imap-login', { outcome: 'silent', status: null, text: null })],
    is: 'unknown',
    says: /no answer came in time/,
  },
]);
