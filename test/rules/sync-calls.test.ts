import type { BodyOf } from '../../src/domain/evidence/index.js';
import { syncCalls } from '../../src/rules/sync-calls.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type Log = BodyOf<'sync-log'>;

const failure = (more: Partial<Log['failures'][number]> = {}): Log['failures'][number] => ({
  cause: 'unauthorised',
  status: 401,
  url: 'ews',
  host: 'ex01.contoso.test',
  times: 3,
  users: 2,
  line: 12,
  text: 'Bad response from server, HTTP code returned: 401',
  ...more,
});
const code = (name: string) => ({ code: name, times: 2, users: 1, line: 9 });
const log = (more: Partial<Log>) => fact('sync-log', more);
const limit = log({ codes: [code('ErrorExceededSubscriptionCount'), code('ErrorServerBusy')] });

ruleTable(syncCalls, inboxTarget(), [
  {
    name: 'a limit met once in a thousand calls',
    given: [fact('sync-log', { answered: 1000, codes: [{ code: 'ErrorServerBusy', times: 1, users: 1, line: 9 }] })],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
  },
  { name: 'nobody read one', given: [], is: 'not-applicable' },
  {
    name: 'no failure',
    given: [log({})],
    is: 'healthy',
    says: /no call of Unity Connection failed in 400 lines .*and 40 calls succeeded/,
  },
  {
    name: 'no failure, without traces',
    given: [log({ answered: 0 })],
    is: 'healthy',
    says: /successes are not written without traces/,
  },
  { name: 'no line that could be read', given: [log({ lines: 0, answered: 0 })], is: 'unknown' },
  {
    name: 'a refused login names no cause and changes nothing',
    given: [log({ failures: [failure()] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'possible',
    says: /^Unity Connection to Exchange: EWS at ex01\.contoso\.test refuses the login/,
    because: /:12: «Bad response from server, HTTP code returned: 401», 3 times, 2 users of 10/,
    remedies: [],
    ifSo: ['align-ews-authentication'],
  },
  {
    name: 'every failure of the source',
    given: [
      log({
        failures: (
          [
            'unauthorised',
            'forbidden',
            'not-found',
            'server-error',
            'unavailable',
            'no-connection',
            'timeout',
            'tls',
            'certificate',
            'name',
            'directory-login',
            'no-directory',
            'other',
          ] as const
        ).map((cause, at) => failure({ cause, status: null, line: at + 1 })),
      }),
    ],
    is: 'problem',
    findings: 13,
    remedies: [],
  },
  {
    name: 'a name that its DNS does not know is looked up there',
    given: [log({ failures: [failure({ cause: 'name', status: null, host: 'ex01.contoso.test' })] })],
    is: 'problem',
    certainty: 'proven',
    commands: ['utils network host ex01.contoso.test'],
  },
  {
    name: 'a name out of a log that would be more than a name in a pasted line',
    given: [log({ failures: [failure({ cause: 'name', status: null, host: 'ex01;utils' })] })],
    is: 'problem',
    certainty: 'proven',
    asks: [/Is the name spelt right/],
    commands: [],
  },
  {
    name: 'nothing answers: a capture where the calls leave',
    given: [log({ failures: [failure({ cause: 'no-connection', status: 503 })] })],
    is: 'problem',
    certainty: 'possible',
    asks: [/Does port 443 answer Unity Connection/],
    commands: [
      'utils network capture file SIBTrace count 100000 size ALL port 443',
      'file get activelog /platform/cli/SIBTrace.cap',
    ],
  },
  {
    name: 'Autodiscover alone',
    given: [log({ failures: [failure({ cause: 'not-found', status: 404, url: 'autodiscovery' })] })],
    is: 'problem',
    severity: 'warning',
    says: /Autodiscover at ex01/,
  },
  {
    name: 'one in a thousand',
    given: [log({ answered: 3000, failures: [failure()] })],
    is: 'problem',
    severity: 'warning',
  },
  {
    name: 'the same fault at two servers is one finding',
    given: [log({ failures: [failure(), failure({ host: 'ex02.contoso.test', line: 14 })] })],
    is: 'problem',
    findings: 1,
    says: /ex01\.contoso\.test and ex02\.contoso\.test/,
  },
  {
    name: 'one user of ten',
    given: [log({ failures: [failure({ users: 1 })] })],
    is: 'problem',
    says: /hits one user of several/,
  },
  { name: 'every user', given: [log({ failures: [failure({ users: 10 })] })], is: 'problem', says: /hits every user/ },
  {
    name: 'one Exchange server of two',
    given: [
      log({
        failures: [failure()],
        servers: [
          { server: 'ex01.contoso.test', failures: 3, answered: 0 },
          { server: 'ex02.contoso.test', failures: 0, answered: 9 },
        ],
      }),
    ],
    is: 'problem',
    says: /hits ex01\.contoso\.test and not ex02\.contoso\.test/,
  },
  {
    name: 'impersonation',
    given: [log({ codes: [code('ErrorImpersonateUserDenied')] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    remedies: ['grant-impersonation'],
    ifSo: ['grant-impersonation-scoped'],
  },
  {
    name: 'impersonation, online',
    target: inboxTarget({ version: 'online' }),
    given: [log({ codes: [code('ErrorImpersonateUserDenied')] })],
    is: 'problem',
    remedies: [],
  },
  {
    name: 'a limit of EWS, Exchange 2016',
    given: [limit],
    is: 'problem',
    certainty: 'proven',
    findings: 1,
    says: /ErrorExceededSubscriptionCount and ErrorServerBusy/,
    remedies: ['raise-ews-limits-of-mailboxes'],
  },
  {
    name: 'a limit of EWS, Exchange 2010 SP1',
    target: inboxTarget({ version: '2010-sp1' }),
    given: [limit],
    is: 'problem',
    remedies: ['raise-ews-limits-of-account'],
  },
  {
    name: 'a limit of EWS, Exchange 2010 SP2',
    target: inboxTarget({ version: '2010-sp2' }),
    given: [limit],
    is: 'problem',
    remedies: [],
    asks: [/older than 2010 SP2 RU4/, /2010 SP2 RU4 \(14\.2\.318\) or later/],
    ifSo: ['raise-ews-limits-of-account', 'raise-ews-limits-of-mailboxes'],
  },
  {
    name: 'a limit of EWS, online',
    target: inboxTarget({ version: 'online' }),
    given: [limit],
    is: 'problem',
    remedies: [],
    asks: [/wait as long/],
  },
  {
    name: 'no such mailbox',
    given: [log({ codes: [code('ErrorNonExistentMailbox')] })],
    is: 'problem',
    severity: 'warning',
    remedies: [],
  },
  {
    name: 'another code',
    given: [log({ codes: [code('ErrorTimeoutExpired')] })],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
  },
  {
    name: 'too many calls wait',
    given: [log({ mostOutstanding: 1204 })],
    is: 'problem',
    severity: 'warning',
    says: /up to 1204 calls/,
  },
  { name: 'many calls wait', given: [log({ mostOutstanding: 999 })], is: 'healthy' },
]);
