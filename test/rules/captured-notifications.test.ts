import type { EvidenceOf } from '../../src/domain/evidence/index.js';
import { capturedNotifications } from '../../src/rules/captured-notifications.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type Capture = EvidenceOf<'captured-sessions'>;
const pushes = (notifications: Partial<NonNullable<Capture['notifications']>> = {}, more: Partial<Capture> = {}) =>
  fact('captured-sessions', {
    leg: 'notify',
    server: '10.93.132.92',
    port: 7080,
    sessions: 12,
    begun: 12,
    ...more,
    notifications: {
      posts: 12,
      ids: 1,
      statuses: [{ status: 200, count: 12 }],
      unanswered: 0,
      unsubscribed: 0,
      via: [],
      servers: ['Jetty(8.1.12.v20130726)'],
      longestPauseMs: 301_000,
      pauses: { over330Sec: 0, over660Sec: 0, over900Sec: 0 },
      ...notifications,
    },
  });

ruleTable(capturedNotifications, inboxTarget(), [
  { name: 'no capture was read', given: [], is: 'not-applicable', says: /no packet capture/ },
  { name: 'a capture of IMAP', given: [fact('captured-sessions')], is: 'not-applicable' },
  {
    name: 'all came through',
    given: [pushes()],
    is: 'healthy',
    says: /12 notifications came through and were answered/,
  },
  {
    name: 'headers of a proxy',
    given: [pushes({ via: ['Via: 1.1 squid'] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    because: /«Via: 1\.1 squid»/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'arrived and not answered',
    given: [pushes({ unanswered: 4 })],
    is: 'problem',
    certainty: 'likely',
    says: /4 of 12 notifications reached 10\.93\.132\.92 port 7080 whole, by this capture, and got no answer/,
    asks: [/taken at Unity Connection/, /Jetty hang/],
  },
  {
    name: 'answered with errors',
    given: [
      pushes({
        statuses: [
          { status: 200, count: 2 },
          { status: 503, count: 1 },
        ],
      }),
    ],
    is: 'problem',
    because: /HTTP 503, 1 time$/,
    says: /answered with an error/,
  },
  {
    name: 'first packets without an answer',
    given: [pushes({ posts: 0, statuses: [] }, { unanswered: 6 })],
    is: 'problem',
    certainty: 'possible',
    says: /6 without any answer\. Something drops them/,
    asks: [/arrive at Unity Connection/],
    commands: [
      'utils network capture file SIBTrace count 100000 size ALL port 7080',
      'file get activelog /platform/cli/SIBTrace.cap',
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { New-Object -TypeName 'System.Net.Sockets.TcpClient' -ArgumentList 'cuc.contoso.test',7080 | Format-List -Property 'Connected' }",
    ],
  },
  {
    name: 'turned away',
    given: [pushes({ posts: 0, statuses: [] }, { turnedAway: 6 })],
    is: 'problem',
    says: /Nothing listens there, or a firewall rejects/,
  },
  {
    name: 'one keep-alive late',
    given: [pushes({ longestPauseMs: 600_000, pauses: { over330Sec: 1, over660Sec: 0, over900Sec: 0 } })],
    is: 'problem',
    severity: 'notice',
    says: /late 1 time; the longest pause was 10 minutes/,
  },
  {
    name: 'a long silence',
    given: [pushes({ longestPauseMs: 1_002_000, pauses: { over330Sec: 0, over660Sec: 0, over900Sec: 1 } })],
    is: 'problem',
    severity: 'warning',
    says: /16\.7 minutes/,
  },
  {
    name: 'nothing in it',
    given: [pushes({ posts: 0, statuses: [] })],
    is: 'unknown',
    says: /no notification in them/,
  },
  {
    name: 'parts are missing',
    given: [pushes({}, { missingBytes: 9 })],
    is: 'unknown',
    says: /missing from the capture/,
  },
  { name: 'Exchange Online', target: inboxTarget({ version: 'online' }), given: [pushes()], is: 'not-applicable' },
]);
