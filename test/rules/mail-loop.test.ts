import { mailLoop } from '../../src/rules/mail-loop.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const refused = (stage: 'mail-from' | 'rcpt-to' | 'data', text: string) =>
  fact('mail-loop', {
    stage,
    code: Number(text.slice(0, 3)),
    text,
    submittedMs: null,
    deliveredMs: null,
    watchedMs: null,
    removed: false,
  });
const unseen = { deliveredMs: null, removed: false };
ruleTable(mailLoop, mailTarget(), [
  {
    name: 'there and away again',
    given: [fact('mail-loop')],
    is: 'healthy',
    says: /taken in 0\.0 s and seen in the mailbox 0\.9 s later, and removed/,
  },
  { name: 'not asked for', given: [], is: 'not-applicable', says: /\/uccx check paris-mail --loop/ },
  {
    name: 'not begun',
    given: [
      fact('mail-loop', { stage: 'not-begun', text: 'no address is configured', submittedMs: null, deliveredMs: null }),
    ],
    is: 'unknown',
    says: /no address is configured/,
  },
  {
    name: 'over the rate',
    given: [
      refused('mail-from', '421 4.4.2 Message submission rate for this client has exceeded the configured limit'),
    ],
    is: 'problem',
    certainty: 'likely',
    says: /the sender is refused.*too much in a minute/,
    asks: [/Event 1021/, /narrowest/],
    remedies: ['raise-connector-rate'],
  },
  {
    name: 'may not send here',
    given: [refused('mail-from', '530 5.7.1 Client was not authenticated'), fact('smtp-login')],
    is: 'problem',
    certainty: 'likely',
    says: /The login is accepted, and the sender is refused.*PermissionGroups/,
  },
  {
    name: 'may not send here, and nobody logged in',
    given: [refused('mail-from', '530 5.7.1 Client was not authenticated')],
    is: 'problem',
    says: /Nobody logs in to SMTP here \(smtp\.login is not set\), and the sender is refused/,
  },
  {
    name: 'no relay',
    given: [refused('rcpt-to', '550 5.7.1 Unable to relay')],
    is: 'problem',
    says: /takes no mail for that recipient/,
  },
  {
    name: 'a relay that will not, for now, in the words of Postfix',
    given: [refused('rcpt-to', '454 4.7.1 <agent@contoso.test>: Relay access denied')],
    is: 'problem',
    says: /takes no mail for that recipient/,
  },
  {
    name: 'over the rate of a relay, which no command for Exchange raises',
    given: [
      fact('mail-loop', { stage: 'mail-from', code: 421, text: '4.7.1 Too many messages from your address' }),
      fact('smtp-banner', { text: '220 gate.contoso.test ESMTP Postfix' }),
    ],
    target: mailTarget({ smtp: { connector: 'Client Frontend EX01' }, clientAddress: '10.4.3.20' }),
    is: 'problem',
    says: /sent too much in a minute/,
    asks: [/What does its own log say/],
    remedies: [],
  },
  {
    name: 'no relay, in the words of Postfix',
    given: [refused('rcpt-to', '554 5.7.1 <a@b.test>: Relay access denied')],
    is: 'problem',
    says: /takes no mail for that recipient/,
  },
  {
    name: 'no such mailbox',
    given: [refused('rcpt-to', '550 5.1.1 User unknown')],
    is: 'problem',
    says: /no such recipient/,
  },
  {
    name: 'send as',
    given: [refused('data', '550 5.7.60 SMTP; Client does not have permissions to send as this sender')],
    is: 'problem',
    says: /may not send as/,
  },
  {
    name: 'short of disk',
    given: [refused('mail-from', '452 4.3.1 Insufficient system resources')],
    is: 'problem',
    asks: [/15006/],
    says: /short of disk/,
  },
  {
    name: 'front end cut off',
    given: [refused('data', '451 4.7.0 Temporary server error. Please try again later. PRX5')],
    is: 'problem',
    says: /hand it over/,
  },
  { name: 'later', given: [refused('data', '450 4.2.0 greylisted')], is: 'problem', certainty: 'possible' },
  { name: 'never', given: [refused('data', '554 no')], is: 'problem', certainty: 'possible', says: /does not say why/ },
  {
    name: 'taken and never seen',
    given: [fact('mail-loop', { ...unseen, stage: 'delivery', watchedMs: 60_004 })],
    is: 'problem',
    certainty: 'possible',
    says: /took the message in 0\.0 s, and it has not shown in INBOX for 60\.0 s/,
    asks: [/Where does it wait/, /junk filter or the contact centre itself/, /transport services/],
  },
  {
    name: 'taken, and not watched to the end',
    given: [fact('mail-loop', { ...unseen, stage: 'delivery', watchedMs: 4_000 })],
    is: 'unknown',
    says: /was taken, and the mailbox was watched for 4\.0 s only; where it arrives later, .*--loop removes it/,
  },
  {
    name: 'cut off with the message on its way',
    given: [fact('mail-loop', { ...unseen, stage: 'data', code: null, text: null, submittedMs: null, watchedMs: 0 })],
    is: 'unknown',
    says: /was sent and no answer came/,
  },
  {
    name: 'no answer, and never seen',
    given: [
      fact('mail-loop', { ...unseen, stage: 'data', code: null, text: null, submittedMs: null, watchedMs: 60_004 }),
    ],
    is: 'problem',
    certainty: 'possible',
    says: /the message is refused.*no answer came/,
  },
  {
    name: 'no answer before the message',
    given: [
      fact('mail-loop', { ...unseen, stage: 'mail-from', code: null, text: null, submittedMs: null, watchedMs: null }),
    ],
    is: 'problem',
    certainty: 'possible',
    says: /the sender is refused.*no answer came/,
  },
  {
    name: 'arrived without an answer',
    given: [fact('mail-loop', { code: null, text: null, submittedMs: null })],
    is: 'problem',
    severity: 'warning',
    says: /never said that it took it.*replies twice/,
  },
  {
    name: 'with what an earlier run had left',
    given: [fact('mail-loop', { leftovers: 1 })],
    is: 'healthy',
    says: /and removed; one of an earlier run went with it/,
  },
  {
    name: 'left behind',
    given: [fact('mail-loop', { stage: 'removal', removed: false })],
    is: 'problem',
    severity: 'notice',
    certainty: 'proven',
  },
  {
    name: 'slow to be taken',
    given: [fact('mail-loop', { submittedMs: 31_000 })],
    is: 'problem',
    severity: 'warning',
    says: /takes 31\.0 s to take it/,
    asks: [/15006/],
  },
  {
    name: 'slow to arrive',
    given: [fact('mail-loop', { deliveredMs: 240_000 })],
    is: 'problem',
    severity: 'warning',
    says: /only 240\.0 s later/,
  },
]);
