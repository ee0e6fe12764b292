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

const left = policy({
  policy: 'UCCXEmail',
  scope: 'regular',
  imapConcurrency: null,
  blank: ['imapConcurrency'],
});

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
    name: 'a smaller one beside the default policy may be that of the mailbox',
    given: [policy(), policy({ policy: 'UCCXEmail', scope: 'regular', imapConcurrency: 10 })],
    is: 'unknown',
    says: /UCCXEmail was read as well, and whether the mailbox has it was not/,
    asks: [/Event 2915/],
  },
  {
    name: 'and one that leaves its limit to the default policy makes no difference',
    given: [policy(), left],
    is: 'healthy',
  },
  {
    name: 'nor does one that no mailbox of ours has',
    given: [policy(), policy({ policy: 'Small', scope: 'regular', imapConcurrency: 10 }), own(null)],
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
  {
    name: 'a limit that its own policy leaves blank is that of the global one',
    given: [left, policy(), own('UCCXEmail')],
    is: 'healthy',
    says: /^its own policy UCCXEmail, which leaves that to GlobalThrottlingPolicy_0b04ec59, sets no limit/,
  },
  {
    name: 'which may be too small',
    given: [left, policy({ imapConcurrency: 20 }), own('UCCXEmail')],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /policy UCCXEmail, which leaves that to GlobalThrottlingPolicy_0b04ec59, allows one account 20 IMAP connections/,
    because: /UCCXEmail: IMAPMaxConcurrency is blank/,
    remedies: ['assign-throttling-policy'],
  },
  {
    name: 'that of the organisation counts before it',
    given: [left, policy(), policy({ policy: 'All', scope: 'organization', imapConcurrency: 20 }), own('UCCXEmail')],
    is: 'problem',
    says: /which leaves that to All, allows one account 20/,
    because: /All: IMAPMaxConcurrency 20/,
    remedies: ['assign-throttling-policy'],
  },
  {
    name: 'and may leave it to the global one, too',
    given: [
      left,
      policy(),
      policy({ policy: 'All', scope: 'organization', imapConcurrency: null, blank: ['imapConcurrency'] }),
      own('UCCXEmail'),
    ],
    is: 'healthy',
  },
  {
    name: 'a policy of the organisation that does not say it',
    given: [left, policy(), policy({ policy: 'All', scope: 'organization', imapConcurrency: null }), own('UCCXEmail')],
    is: 'unknown',
  },
  {
    name: 'the policy above it was not read',
    given: [left, own('UCCXEmail')],
    is: 'unknown',
    says: /leaves blank how many IMAP connections it allows, and the policy above it/,
    asks: [/Event 2915/],
  },
  {
    name: 'two that are global',
    given: [left, policy(), policy({ policy: 'GlobalThrottlingPolicy_1' }), own('UCCXEmail')],
    is: 'unknown',
  },
  {
    name: 'the default policy of a 2010 that has stayed behind is above none',
    given: [left, policy({ policy: 'DefaultThrottlingPolicy_1', scope: 'default' }), own('UCCXEmail')],
    is: 'unknown',
  },
  {
    name: 'a list without a word of 2013 says no more there',
    given: [{ ...left, imapConcurrency: 'unlimited' }, own('UCCXEmail')],
    is: 'unknown',
  },
  {
    name: 'blank on 2010 is no limit',
    target: of2010,
    given: [{ ...left, imapConcurrency: 'unlimited', rcaConcurrency: 'unlimited' }, own('UCCXEmail')],
    is: 'healthy',
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
