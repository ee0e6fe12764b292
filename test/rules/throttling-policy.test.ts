import { throttlingPolicy } from '../../src/rules/throttling-policy.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const policy = (body: Parameters<typeof fact<'throttling-policy'>>[1] = {}) => fact('throttling-policy', body);
const own = (name: string | null) => fact('policy-association', { policy: name });
const over = (subject: string) =>
  fact('exchange-event', {
    about: 'over-budget',
    provider: 'MSExchange ADAccess',
    id: 2915,
    subject,
    limit: null,
    of: 'IMAP',
    detail: 'UCCXEmail, MaxConcurrency:37',
  });
const of2010 = mailTarget({ version: '2010-sp3' });

ruleTable(throttlingPolicy, mailTarget(), [
  {
    name: 'no limit',
    given: [policy(), own(null)],
    is: 'healthy',
    says: /sets no limit on IMAP connections, and 54 are needed/,
  },
  {
    name: 'its own policy is too small',
    given: [policy({ policy: 'UCCXEmail', scope: 'regular', imapConcurrency: 20 }), own('uccxemail')],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /policy UCCXEmail allows one account 20 IMAP connections at once, and 54 are needed/,
    remedies: ['assign-throttling-policy'],
  },
  {
    name: 'its own policy counts before the default one',
    given: [policy({ imapConcurrency: 1 }), policy({ policy: 'UCCXEmail', scope: 'regular' }), own('UCCXEmail')],
    is: 'healthy',
  },
  {
    name: 'a default policy that was merely seen',
    given: [policy({ imapConcurrency: 20 })],
    is: 'problem',
    certainty: 'possible',
    remedies: [],
    ifSo: ['assign-throttling-policy'],
  },
  {
    name: 'event 2915 names the account',
    given: [over('CONTOSO\\uccxemail'), policy()],
    is: 'problem',
    certainty: 'proven',
    says: /throttles the account: it went over its budget for IMAP/,
    because: /event 2915 of MSExchange ADAccess on EX01/,
    remedies: ['assign-throttling-policy'],
  },
  { name: 'event 2915 of another account', given: [over('CONTOSO\\somebody')], is: 'not-applicable' },
  {
    name: 'the mailbox has one that was not read',
    given: [own('UCCXEmail'), policy()],
    is: 'unknown',
    says: /UCCXEmail, and that was not read/,
  },
  {
    name: 'the policy of another mailbox',
    given: [fact('policy-association', { names: ['somebody'], policy: 'Small' })],
    is: 'not-applicable',
  },
  {
    name: 'RCA below the need on 2010 proves nothing',
    target: of2010,
    given: [policy({ scope: 'default', rcaConcurrency: 20 })],
    is: 'unknown',
    asks: [/Event 2915/],
  },
  {
    name: 'a parameter of 2010 on a later Exchange',
    given: [fact('shell-refusal')],
    is: 'problem',
    severity: 'notice',
    certainty: 'proven',
    says: /was of Exchange 2010: IMAPPercentTimeInAD is gone since 2013, the line changed nothing/,
    remedies: [],
  },
  {
    name: 'a parameter of 2010 is not there, and 2010 is configured',
    target: of2010,
    given: [fact('shell-refusal')],
    is: 'problem',
    severity: 'warning',
    says: /it is 2013 or later, and Exchange 2010-sp3 is configured/,
  },
  {
    name: 'a slip in another command',
    given: [fact('shell-refusal', { cmdlet: 'Set-Mailbox', parameter: 'Colour' })],
    is: 'not-applicable',
  },
  {
    name: 'Online',
    target: mailTarget({ version: 'online' }),
    given: [policy({ imapConcurrency: 1 })],
    is: 'not-applicable',
  },
]);
