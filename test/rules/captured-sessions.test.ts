import type { EvidenceOf } from '../../src/domain/evidence/index.js';
import { capturedSessions } from '../../src/rules/captured-sessions.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type Capture = EvidenceOf<'captured-sessions'>;
type Refusal = Capture['refusals'][number];

const refusal = (beside: Partial<Refusal['beside']>, more: Partial<Refusal> = {}): Refusal => ({
  at: '2026-11-21T08:00:00.000Z',
  packet: 184,
  client: '10.4.4.95',
  stage: 'login',
  command: 'AUTHENTICATE',
  mechanism: 'PLAIN',
  text: 'AUTHENTICATE failed.',
  sameLoginAccepted: true,
  ...more,
  beside: { ofClient: 16, ofAccount: 16, ofServer: 16, ...beside },
});
/** Seventeen sessions of one account, of which one was refused. */
const full = (more: Partial<Capture> = {}) =>
  fact('captured-sessions', {
    sessions: 17,
    begun: 17,
    mostOpen: 17,
    mostOfOneAccount: 16,
    accounts: 1,
    clients: [{ address: '10.4.4.95', sessions: 17, mostOpen: 17, mostWorking: 16, refused: 1 }],
    refused: 1,
    refusals: [refusal({})],
    ...more,
  });
const limit = (value: number) => fact('imap-limits', { maxConnectionsPerUser: value });

ruleTable(capturedSessions, mailTarget({ agents: 25 }), [
  { name: 'no capture was read', given: [], is: 'not-applicable', says: /no packet capture was read/ },
  {
    name: 'nobody was refused',
    given: [fact('captured-sessions', { sessions: 12, begun: 12, mostOpen: 9 })],
    is: 'healthy',
    says: /12 sessions with 10\.4\.3\.90, at most 9 at once, and none was refused/,
  },
  {
    name: 'the 17th with the limit that was read',
    given: [full(), limit(16)],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    says: /^Exchange refused the 17th session of the account \(from 10\.4\.4\.95\) while 16 worked, with the same name and password .*: the password is right, and the account has met its limit of 16 sessions, which was read as well\. shared-account-sessions says/,
    because:
      /«AUTHENTICATE failed\.» in packet 184 at 2026-11-21T08:00:00\.000Z, to AUTHENTICATE \(PLAIN\) of 10\.4\.4\.95; beside it worked 16 of the account, 16 of that address, 16 in all/,
    remedies: [],
    asks: [],
  },
  {
    name: 'the 17th, and nobody read a limit',
    given: [full()],
    is: 'problem',
    certainty: 'likely',
    says: /likeliest reason; which value stands was not read\.$/,
    asks: [/limit on connections of one account/, /limit on sessions in the Information Store/],
  },
  {
    name: 'fewer than the limit that was read',
    given: [full(), limit(40)],
    is: 'problem',
    certainty: 'likely',
    says: /although 40 are allowed by what was read: others may hold the rest/,
  },
  {
    name: 'another password than the others',
    given: [full({ refusals: [refusal({}, { sameLoginAccepted: false })] }), limit(16)],
    is: 'problem',
    certainty: 'possible',
    says: /no other session had that name and password/,
    asks: [/Is it the account itself/, /limit on connections of one account/],
  },
  {
    name: 'logins that cannot be compared',
    given: [
      full({
        accounts: 0,
        mostOfOneAccount: null,
        refusals: [refusal({ ofAccount: null }, { sameLoginAccepted: null, mechanism: 'NTLM' })],
      }),
      limit(16),
    ],
    is: 'problem',
    certainty: 'possible',
    says: /17th session of 10\.4\.4\.95 while 16 worked: it may be a limit on sessions, and as well a password that differs/,
  },
  {
    name: 'more worked at another moment',
    given: [full({ mostOfOneAccount: 30 }), limit(16)],
    is: 'problem',
    certainty: 'possible',
    says: /30 worked at once at another moment: a balancer/,
  },
  {
    name: 'one of several accounts',
    given: [full({ accounts: 3 }), limit(16)],
    is: 'problem',
    certainty: 'possible',
  },
  {
    name: 'several servers with different limits prove none',
    target: mailTarget({ servers: ['EX01', 'EX02'] }),
    given: [
      full(),
      fact('imap-limits', { server: 'EX01', maxConnectionsPerUser: 16 }),
      fact('imap-limits', { server: 'EX02', maxConnectionsPerUser: 32 }),
    ],
    is: 'problem',
    certainty: 'likely',
  },
  {
    name: 'refused with nobody beside it',
    given: [full({ mostOfOneAccount: 0, refusals: [refusal({ ofClient: 0, ofAccount: 0, ofServer: 0 })] })],
    is: 'not-applicable',
    says: /imap-login/,
  },
  {
    name: 'refused with a reason',
    given: [full({ refusals: [refusal({}, { text: 'Logon failure: account currently disabled.' })] })],
    is: 'not-applicable',
  },
  {
    name: 'of several accounts none beside another session of its own',
    given: [full({ accounts: 4, refusals: [refusal({ ofAccount: 0 })] })],
    is: 'unknown',
    says: /several accounts were refused/,
    asks: [/capture of its address alone/],
  },
  {
    name: 'everything is encrypted',
    given: [fact('captured-sessions', { sessions: 20, encrypted: 20, mostOpen: 16 })],
    is: 'unknown',
    says: /20 sessions with 10\.4\.3\.90, at most 16 at once: everything is encrypted, so nobody can see/,
  },
  {
    name: 'parts are missing',
    given: [fact('captured-sessions', { missingBytes: 400 })],
    is: 'unknown',
    says: /missing from the capture/,
  },
  {
    name: 'resets by the server at work',
    given: [
      fact('captured-sessions', {
        sessions: 4,
        breaks: [
          {
            stage: 'logged-in',
            command: 'IDLE',
            mechanism: null,
            by: 'server',
            how: 'reset',
            count: 3,
            firstPacket: 90,
            firstAt: null,
          },
          {
            stage: 'logged-in',
            command: 'IDLE',
            mechanism: null,
            by: 'client',
            how: 'reset',
            count: 9,
            firstPacket: 91,
            firstAt: null,
          },
        ],
      }),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /10\.4\.3\.90 ended 3 sessions that had been let in with a reset/,
    because: /3 resets by the server after IDLE, the first in packet 90/,
  },
  {
    name: 'Exchange Online, where only Microsoft can look',
    target: mailTarget({ version: 'online' }),
    given: [full()],
    is: 'problem',
    certainty: 'likely',
    asks: [/only Microsoft/],
  },
]);
