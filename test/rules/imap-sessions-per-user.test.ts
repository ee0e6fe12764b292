import { imapSessionsPerUser } from '../../src/rules/imap-sessions-per-user.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type Body = Parameters<typeof fact<'imap-ladder'>>[1];
const atLogin = { stage: 'login', status: 'NO', text: 'AUTHENTICATE failed.' } as const;
const atSelect = { stage: 'select', status: 'NO', text: 'Server Unavailable. 15' } as const;
const ladder = (opened: number, body: Body = {}, site = 'hq') =>
  fact('imap-ladder', { asked: 60, opened, stoppedBy: body?.refusal ? 'refusal' : 'asked-for', ...body }, { site });
const onTest = (opened: number, body: Body = {}, site = 'hq') =>
  ladder(opened, { account: 'test', heldByOthers: 0, ...body }, site);

const stated = { statedOn: '2026-11-01' };
const imap = (maxConnectionsPerUser: number) => fact('imap-limits', { maxConnectionsPerUser, server: null }, stated);
const store = (serviceSessionsPerUser: number) => fact('store-limits', { serviceSessionsPerUser }, stated);

/** Ten agents with two sessions each and four of the server: 24. */
const target = mailTarget({ agents: 10 });

ruleTable(imapSessionsPerUser, target, [
  { name: 'nobody climbed', given: [], is: 'not-applicable', says: /nobody has measured it/ },
  {
    name: 'room for all on the shared account, whoever else is there',
    given: [ladder(24)],
    is: 'healthy',
    says: /^24 sessions of one account were open at once, and 24 are needed; 10 agents fit$/,
  },
  { name: 'room for all on a test mailbox', given: [onTest(40)], is: 'healthy', says: /on the test mailbox/ },
  {
    name: 'room for all, refused only above the need',
    given: [onTest(30, { refusal: atLogin })],
    is: 'healthy',
    says: /13 agents fit/,
  },
  {
    name: 'what Exchange ships, on a test mailbox',
    given: [onTest(16, { refusal: atLogin })],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /lets one account hold 16 IMAP sessions in the IMAP service; 10 agents and the server need 24, so 6 agents fit/,
    because: /test mailbox, 0 of others, 16 open at once; session 17 refused at login: «AUTHENTICATE failed\.»/,
    remedies: ['raise-imap-user-limit'],
    asks: [/Event 1009/, /9646.*only moves the failure/],
  },
  {
    name: 'the store is the smaller one',
    given: [onTest(16, { refusal: atSelect }), imap(200)],
    is: 'problem',
    says: /16 IMAP sessions in the Information Store/,
    remedies: ['raise-store-sessions'],
    asks: [/9646/],
  },
  {
    name: 'a value that was read and is not in force',
    given: [onTest(16, { refusal: atLogin }), imap(200), store(200)],
    is: 'problem',
    says: /What was read is more: it may not be in force yet/,
    remedies: [],
  },
  {
    name: 'throttled on the way up: a policy counts work, and no limit on sessions was met',
    given: [
      onTest(5, {
        refusal: {
          stage: 'login',
          status: 'BAD',
          text: 'Request is throttled. Suggested Backoff Time: 201317 milliseconds',
        },
      }),
    ],
    is: 'unknown',
    says: /session 6 of the test mailbox was refused at the login as throttled/,
    asks: [/2915/],
  },
  {
    name: 'a server that cannot tell now has met no limit',
    given: [
      onTest(5, { refusal: { stage: 'login', status: 'NO', text: '[UNAVAILABLE] Temporary authentication failure' } }),
    ],
    is: 'unknown',
    says: /says that it cannot tell now/,
    asks: [/stopped/],
  },
  {
    name: 'too few by what was read: one cause, one finding',
    given: [onTest(16, { refusal: atLogin }), imap(16), store(200)],
    is: 'not-applicable',
    says: /shared-account-sessions judges those/,
  },
  {
    name: 'refused with others on the account: n + k = L + 1, and nobody knows n',
    given: [ladder(6, { refusal: atLogin })],
    is: 'unknown',
    says: /session 7 of the account was refused at the login; with n sessions of others the limit is n \+ 6, and nobody knows n/,
    asks: [/Event 1009/],
  },
  {
    name: 'refused with others, as a limit that was read would have it',
    given: [ladder(20, { refusal: atLogin }), imap(30), store(40)],
    is: 'unknown',
    says: /fits the limit of 30 that was read if others held 10 sessions/,
  },
  {
    name: 'refused with others, who cannot hold that many',
    given: [ladder(16, { refusal: atLogin }), imap(200), store(200)],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
    says: /others would have to hold 184.*hold 24 at most/,
    remedies: [],
  },
  { name: 'we stopped, not Exchange', given: [ladder(12)], is: 'unknown', says: /as many as were asked for/ },
  {
    name: 'somebody pressed stop',
    given: [ladder(5, { stoppedBy: 'person', says: 'somebody pressed «stop»' })],
    is: 'unknown',
    says: /ended at 5 sessions, because it was stopped: somebody pressed «stop»; 24 are needed/,
  },
  {
    name: 'a session was lost',
    given: [ladder(5, { stoppedBy: 'canary', canaryLost: true })],
    is: 'unknown',
    says: /may end old ones in favour of new ones/,
  },
  { name: 'the time was over', given: [ladder(5, { stoppedBy: 'deadline' })], is: 'unknown', says: /time was over/ },
  {
    name: 'no login was tried',
    given: [ladder(0, { stoppedBy: 'login-withheld', says: 'this very password was refused' })],
    is: 'unknown',
    says: /chose not to log in: this very password was refused/,
  },
  { name: 'refused at once', given: [ladder(0, { refusal: atLogin })], is: 'unknown', says: /nothing to count/ },
  {
    name: 'the test mailbox refused at once',
    given: [onTest(0, { refusal: atLogin })],
    is: 'unknown',
    says: /the test mailbox was refused at the login \(«AUTHENTICATE failed\.»\)/,
  },
  ...(['login', 'select'] as const).map(stage => ({
    name: `no answer to the ${stage}: silence is no refusal, and no limit is claimed`,
    given: [onTest(12, { refusal: { stage, status: null, text: 'silent' } }), imap(200), store(200)],
    is: 'unknown' as const,
    says: /session 13 of the test mailbox got no answer.*«silent».*no limit on sessions was met that could be told/,
  })),
  {
    name: 'turned away before the login: another limit',
    given: [onTest(12, { refusal: { stage: 'greeting', status: null, text: 'closed' } })],
    is: 'unknown',
    says: /session 13 was not let in before its login.*one address or of the server/,
    asks: [/one address or of the server/],
  },
  {
    name: 'another number from each site',
    given: [onTest(16, { refusal: atLogin }), onTest(12, { refusal: atLogin }, 'branch')],
    is: 'problem',
    says: /hold 12 IMAP sessions/,
    because: /differs between site branch and site hq: behind a balancer each server counts for itself/,
  },
  {
    name: 'Finesse needs those of the server only',
    target: mailTarget({ desktop: 'finesse', agents: 300 }),
    given: [ladder(5, { refusal: atLogin })],
    is: 'healthy',
  },
  {
    name: 'Exchange Online has no command for it',
    target: mailTarget({ version: 'online', agents: 10 }),
    given: [onTest(16, { refusal: atLogin })],
    is: 'problem',
    remedies: [],
    commands: [],
  },
]);
