import { accountState } from '../../src/rules/account-state.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const refused = fact('imap-login', { outcome: 'refused', status: 'NO', text: 'AUTHENTICATE failed.' });

ruleTable(accountState, mailTarget(), [
  { name: 'nobody has read it', given: [refused], is: 'not-applicable' },
  { name: 'nothing is wrong with it', given: [fact('ad-user')], is: 'healthy', says: /it does not tell/ },
  {
    name: 'locked out, and the login was refused',
    given: [fact('ad-user', { lockedOut: true }), refused],
    is: 'problem',
    certainty: 'proven',
    severity: 'critical',
    says: /contoso\\uccxemail is locked out, so no login of it is accepted/,
    because: /LockedOut True, Enabled True, PasswordExpired False»\n.*AUTHENTICATE failed/,
    remedies: ['check-credentials'],
  },
  {
    name: 'disabled and its password expired',
    given: [fact('ad-user', { enabled: false, passwordExpired: true })],
    is: 'problem',
    findings: 1,
    says: /is disabled and has a password that has expired/,
  },
  {
    name: 'locked out before, and a login has been accepted since',
    given: [fact('ad-user', { lockedOut: true }, { at: '2026-11-21T07:00:00.000Z' }), fact('imap-login')],
    is: 'healthy',
    says: /accepted since/,
  },
  {
    name: 'locked out, and a login was accepted in a record, which may be of any time',
    given: [
      fact('ad-user', { lockedOut: true }, { at: '2026-11-21T07:00:00.000Z' }),
      fact('imap-login', {}, { file: 'telnet.txt' }),
    ],
    is: 'problem',
    certainty: 'proven',
    severity: 'critical',
  },
  {
    name: 'locked out when it was read last, whatever was accepted before',
    given: [fact('ad-user', { lockedOut: true }), fact('imap-login', {}, { at: '2026-11-21T07:00:00.000Z' })],
    is: 'problem',
  },
  {
    name: 'unlocked since it was read first',
    given: [fact('ad-user', { lockedOut: true }, { at: '2026-11-21T07:00:00.000Z' }), fact('ad-user')],
    is: 'healthy',
  },
  {
    name: 'expired yesterday, by a list in UTC, and the login was refused',
    given: [fact('ad-user', { expires: '2026-11-20T00:00:00Z' }), refused],
    is: 'problem',
    certainty: 'proven',
    says: /contoso\\uccxemail has expired \(AccountExpirationDate has passed\)/,
    because: /PasswordExpired False, AccountExpirationDate 2026-11-20T00:00:00Z»/,
    remedies: ['check-credentials'],
  },
  {
    name: 'expired last month, as an American console shows it',
    given: [fact('ad-user', { expires: '10/31/2026 12:00:00 AM' })],
    is: 'problem',
    says: /has expired/,
  },
  { name: 'expires next year', given: [fact('ad-user', { expires: '31.12.2027 00:00:00' })], is: 'healthy' },
  {
    name: 'expires within a fortnight, though a login is accepted today',
    given: [fact('ad-user', { expires: '2026-11-28T12:00:00Z' }), fact('imap-login')],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
    says: /expires on 2026-11-28T12:00:00Z; from then on no login/,
    remedies: [],
  },
  { name: 'never expires', given: [fact('ad-user', { expires: null })], is: 'healthy' },
  {
    name: 'the eleventh of December or the twelfth of November',
    given: [fact('ad-user', { expires: '11/12/2026 00:00:00' })],
    is: 'unknown',
    says: /expires on 11\/12\/2026 00:00:00, and in which zone or order of day and month/,
    asks: [/directory knows/],
  },
  {
    name: 'expires on one of two days, and a login has been accepted since',
    given: [
      fact('ad-user', { expires: '11/12/2026 00:00:00' }, { at: '2026-11-21T07:00:00.000Z' }),
      fact('imap-login'),
    ],
    is: 'healthy',
  },
  { name: 'another account', given: [fact('ad-user', { names: ['somebody'], lockedOut: true })], is: 'unknown' },
  {
    name: 'not everything was listed',
    given: [fact('ad-user', { lockedOut: null })],
    is: 'unknown',
    says: /does not say all/,
    asks: [/directory knows/],
  },
]);
