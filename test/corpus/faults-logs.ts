import { asCsv, asList, asTable, type Printed } from '../readers/shell-prints.js';
import type { Fault, Setting } from './ground.js';
import {
  eventList,
  eventXml,
  idOf,
  imapCapture,
  imapLog,
  JETTY_LISTENS,
  jettyLog,
  minutesBefore,
  openPorts,
  type Paper,
  receiveLog,
  requestLine,
  subscriptionTable,
  syncLog,
  talk,
  unansweredCapture,
  type WrittenEvent,
} from './papers.js';

/*
 * Faults of which somebody has nothing but papers: nobody may log in, no port is open from where the bot is. Each is made into what its
 * machine would have written.
 */
const USER = 'contoso\\uccxemail';
const DN = '/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=';
const modern: Fault['fits'] = ({ version }) => !version.startsWith('2010');
const cad: Fault['fits'] = ({ desktop }) => desktop === 'cad';

const log = (
  id: string,
  label: Fault['label'],
  leg: Fault['leg'],
  papers: (setting: Setting) => readonly Paper[],
  more: Partial<Fault> = {},
): Fault => ({ id: `log-${id}`, label, leg, depth: 4, papers, ...more });

const userLimit = (user = USER): WrittenEvent => ({
  provider: 'MSExchangeIMAP4',
  id: 1009,
  message: `Number of simultaneous connections made by user ${user} exceeded maximum (16).`,
  data: [user, '16'],
});
const storeLimit = (name = 'uccxemail'): WrittenEvent => ({
  provider: 'MSExchangeIS',
  id: 9646,
  message: `Mapi session "${DN}${name}" exceeded the maximum of 16 objects of type "session".`,
  data: [`${DN}${name}`, '16', 'session'],
});
const overBudget = (user = USER): WrittenEvent => ({
  provider: 'MSExchange ADAccess',
  id: 2915,
  message: `Process Microsoft.Exchange.Imap4.exe (PID=4711). User 'sid~${user}~IMAP~false' has gone over budget '12' times for component 'IMAP' within a one minute period. Info: 'Policy:DefaultThrottlingPolicy_6b1b, Parts:MaxConcurrency;'. Threshold value: '10'.`,
});
const atAddress = (address = '10.4.3.20'): WrittenEvent => ({
  provider: 'MSExchangeIMAP4',
  id: 1103,
  message: `Number of simultaneous connections from IP address ${address} exceeded maximum (20).`,
  data: [address, '20'],
});
const inAll: WrittenEvent = {
  provider: 'MSExchangeIMAP4',
  id: 1101,
  message: 'Number of simultaneous connections exceeded maximum (200).',
  data: ['200'],
};
const perSource = (address = '10.4.3.20'): WrittenEvent => ({
  provider: 'MSExchangeTransport',
  id: 1021,
  message: `Receive connector Client Frontend EX01 rejected an incoming connection from IP address ${address}. The maximum number of connections per source (20) has been reached by this source IP address.`,
  data: ['Client Frontend EX01', address, '20'],
});
const connectorFull: WrittenEvent = {
  provider: 'MSExchangeTransport',
  id: 1009,
  message:
    'Receive connector Client Frontend EX01 rejected an incoming connection. The maximum number of connections (5000) has been reached for this connector.',
  data: ['Client Frontend EX01', '5000'],
};
const loginRefused = (address = '10.4.3.20'): WrittenEvent => ({
  provider: 'MSExchangeTransport',
  id: 1035,
  message: `Inbound authentication failed with error LogonDenied for Receive connector Client Frontend EX01. The authentication mechanism is Login. The source IP address of the client who tried to authenticate to Microsoft Exchange is [${address}].`,
});
const noDisk: WrittenEvent = {
  provider: 'MSExchangeTransport',
  id: 15006,
  message:
    'The Microsoft Exchange Transport service is rejecting messages because available disk space is below the configured threshold.',
};
const push = (id: 5 | 6 | 7, status: string, to = 'cuc.contoso.test:7080'): WrittenEvent => ({
  provider: 'MSExchange Web Services',
  id,
  message: `subscription FQBleC1jYXMwMS5jb250b3NvLnRlc3Q endpoint http://${to}/NotificationService/services/NotificationService?id=${idOf(0)}&pid=25672 details WebException: ${status}`,
  data: [
    'FQBleC1jYXMwMS5jb250b3NvLnRlc3Q',
    `http://${to}/NotificationService/services/NotificationService?id=${idOf(0)}&pid=25672`,
    `WebException: ${status}`,
  ],
});
const NO_CONNECTION = 'Unable to connect to the remote server Status: ConnectFailure';
const byProxy = (code: number) =>
  `The remote server returned an error: (${code}). Status: ProtocolError StatusCode: ${code}`;

const list = (...objects: Printed[]) => talk('console.txt', asList(objects, 120, { trims: true }));
const cas = (imap: 'True' | 'False', name = 'uccxemail'): Printed => ({
  Name: name,
  ImapEnabled: imap,
  ImapUseProtocolDefaults: 'True',
  EwsEnabled: '',
});
const account = (more: Printed = {}): Printed => ({
  SamAccountName: 'uccxemail',
  Enabled: 'True',
  LockedOut: 'False',
  PasswordExpired: 'False',
  AccountExpirationDate: '',
  UserPrincipalName: 'uccxemail@contoso.test',
  ...more,
});
const service = (name: string, status: string): Printed => ({ PSComputerName: 'EX01', Name: name, Status: status });
const database = (mounted: 'True' | 'False', name = 'DB01'): Printed => ({
  Name: name,
  Mounted: mounted,
  MountedOnServer: 'EX01.contoso.test',
});
const mailbox: Printed = {
  Name: 'uccxemail',
  Database: 'DB01',
  ServerName: 'ex01',
  LegacyExchangeDN: `${DN}uccxemail`,
};
const connector = (name: string, more: Printed = {}): Printed => ({
  Identity: `EX01\\${name}`,
  Bindings: '{[::]:587, 0.0.0.0:587}',
  RemoteIPRanges: '{0.0.0.0-255.255.255.255}',
  MaxInboundConnection: 5000,
  MaxInboundConnectionPerSource: 20,
  MaxInboundConnectionPercentagePerSource: 2,
  MessageRateLimit: 'Unlimited',
  ...more,
});

const REFUSED = 'R="NO AUTHENTICATE failed.";Msg=UserConnectionLimitReached'.replaceAll('"', "'");
const RATE = '421 4.4.2 Message submission rate for this client has exceeded the configured limit';
const SOURCE =
  '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel';
const FROM = 'MAIL FROM:<uccxemail@contoso.test>';
const imapTalk = (...lines: string[]) =>
  talk('imap.txt', ['S: * OK The Microsoft Exchange IMAP4 service is ready.', ...lines, ''].join('\n'));

const TWO_HOURS = { from: 120, until: 1 };
const beats = (count: number, more: Partial<Parameters<typeof jettyLog>[0][number]> = {}) =>
  Array.from({ length: count }, (_, at) => ({ id: idOf(at), ...TWO_HOURS, ...more }));
const REFUSED_TO = 'Couldn’t connect to server -- couldn’t connect to host'.replaceAll('’', "'");
const TIMED_OUT = 'Timeout was reached -- operation timed out after 4000 milliseconds with 0 bytes received';
const calls = (count: number, call: Parameters<typeof syncLog>[0][number]) => Array.from({ length: count }, () => call);

export const LOG_FAULTS: readonly Fault[] = [
  log('1009', 'per-user-limit', 'imap', () => [eventXml(userLimit())]),
  log('1009-list', 'per-user-limit', 'imap', () => [eventList(userLimit())]),
  log('1009-protocol', 'per-user-limit', 'imap', () => [
    imapLog([
      { user: 'uccxemail', context: 'R=ok' },
      { user: 'uccxemail', context: REFUSED },
    ]),
  ]),
  log('9646', 'store-limit', 'imap', () => [eventXml(storeLimit())]),
  log('9646-list', 'store-limit', 'imap', () => [eventList(storeLimit())]),
  log('2915', 'throttled', 'imap', () => [eventXml(overBudget())]),
  log('1103', 'per-address-limit', 'imap', () => [eventXml(atAddress())]),
  log('1101', 'total-limit', 'imap', () => [eventXml(inAll)]),
  log('imap-off', 'imap-disabled', 'imap', () => [list(cas('False'))]),
  log('imap-off-table', 'imap-disabled', 'imap', () => [talk('cas.txt', asTable([cas('True', 'hr'), cas('False')]))]),
  log('locked', 'account-locked', 'imap', () => [list(account({ LockedOut: 'True' }))]),
  log('disabled', 'account-disabled', 'imap', () => [talk('ad.csv', asCsv([account({ Enabled: 'False' })], ','))]),
  log('password-expired', 'account-expired', 'imap', () => [list(account({ PasswordExpired: 'True' }))]),
  log('account-expired', 'account-expired', 'imap', () => [
    list(account({ AccountExpirationDate: '10/31/2026 12:00:00 AM' })),
  ]),
  log('imap-stopped', 'service-stopped', 'imap', () => [
    talk('services.txt', asTable([service('MSExchangeIMAP4', 'Stopped'), service('MSExchangeTransport', 'Running')])),
  ]),
  log(
    'back-end-stopped',
    'back-end-down',
    'imap',
    () => [list(service('MSExchangeIMAP4', 'Running'), service('MSExchangeIMAP4BE', 'Stopped'))],
    { fits: modern },
  ),
  log('dismounted', 'database-down', 'imap', () => [
    list(mailbox),
    talk('databases.txt', asTable([database('True', 'DB02'), database('False')])),
  ]),
  log('limit-16', 'too-few-sessions', 'imap', () => [list({ Server: 'EX01', MaxConnectionsPerUser: 16 })], {
    fits: cad,
  }),
  log('capture-seventeenth', 'per-user-limit', 'imap', () => [imapCapture(16, { user: 'uccxemail', password: 'one' })]),
  log('talk-refused', 'wrong-password', 'imap', () => [
    imapTalk('C: a0 AUTHENTICATE PLAIN', 'S: +', 'C: [password]', 'S: a0 NO AUTHENTICATE failed.'),
  ]),
  log('talk-limit', 'per-user-limit', 'imap', () => [
    imapTalk('C: a0 AUTHENTICATE PLAIN', 'S: +', 'C: [password]', 'S: a0 NO AUTHENTICATE failed.'),
    eventXml(userLimit()),
  ]),
  log('talk-not-connected', 'imap-disabled', 'imap', () => [
    imapTalk(
      'C: a0 LOGIN',
      'S: a0 OK LOGIN completed.',
      'C: a1 SELECT INBOX',
      'S: a1 BAD User is authenticated but not connected.',
    ),
    list(cas('False')),
  ]),

  log('1021', 'smtp-per-source', 'smtp', () => [eventXml(perSource())]),
  log('1021-list', 'smtp-per-source', 'smtp', () => [eventList(perSource())]),
  log('receive-source', 'smtp-per-source', 'smtp', () => [receiveLog([{ client: '', server: SOURCE }])]),
  log('1009-transport', 'smtp-total', 'smtp', () => [eventXml(connectorFull)]),
  log('receive-rate', 'smtp-rate', 'smtp', () => [receiveLog([{ client: FROM, server: RATE }])]),
  log('talk-rate', 'smtp-rate', 'smtp', () => [
    talk(
      'smtp.txt',
      `S: 220 ex01.contoso.test Microsoft ESMTP MAIL Service ready\nC: EHLO uccx1\nS: 250 SIZE\nC: ${FROM}\nS: ${RATE}\n`,
    ),
  ]),
  log('15006', 'smtp-pressure', 'smtp', () => [eventXml(noDisk)]),
  log('1035', 'smtp-not-here', 'smtp', () => [eventXml(loginRefused())]),
  log('receive-relay', 'smtp-relay', 'smtp', () => [
    receiveLog([
      {
        client: 'RCPT TO:<customer@fabrikam.test>',
        server: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
      },
    ]),
  ]),
  log('receive-send-as', 'smtp-send-as', 'smtp', () => [
    receiveLog([{ client: FROM, server: '550 5.7.60 SMTP; Client does not have permissions to send as this sender' }]),
  ]),

  log('push-refused', 'notify-blocked', 'notify', () => [
    eventXml(push(5, NO_CONNECTION), push(6, NO_CONNECTION), push(7, NO_CONNECTION)),
  ]),
  log('push-address', 'notify-blocked', 'notify', () => [eventXml(push(7, NO_CONNECTION, '10.93.132.92:7080'))]),
  log('push-proxy', 'notify-proxy', 'notify', () => [eventXml(push(6, byProxy(407)))]),
  log('jetty-proxy', 'notify-proxy', 'notify', () => [jettyLog(beats(3, { sender: '10.4.3.77' }))]),
  log('jetty-late', 'notify-late', 'notify', () => [
    jettyLog([
      { id: idOf(0), from: 120, until: 70 },
      { id: idOf(1), from: 53, until: 1 },
    ]),
  ]),
  log('jetty-one-silent', 'notify-went-silent', 'notify', () => [
    jettyLog([...beats(2), { id: idOf(7), from: 120, until: 40 }]),
  ]),
  log('jetty-none', 'never-notified', 'notify', () => [
    jettyLog(
      [],
      [90, 60, 30, 5].map(minutes => requestLine('10.4.3.50', minutesBefore(minutes), 'GET /inbox/', '200 512')),
    ),
  ]),
  log('jetty-ill', 'notify-ill', 'notify', () => [
    jettyLog([
      { id: idOf(0), from: 120, until: 40 },
      { id: idOf(0), from: 35, until: 1, answer: '503 1332' },
    ]),
  ]),
  log('table-stale', 'notify-stale', 'notify', () => [subscriptionTable([1, 2, 3, 17, 18])]),
  log('table-hours', 'stale-for-hours', 'notify', () => [subscriptionTable([1, 2, 300, 410])]),
  log('no-listener', 'not-listening', 'notify', () => [openPorts([])]),

  log('capture-dropped', 'notify-dropped', 'notify', () => [unansweredCapture(6)]),

  log('sync-401', 'sync-refused', 'web', () => [
    syncLog(calls(4, { is: 'failed', error: 'Bad response from server, HTTP code returned: 401', status: 401 })),
  ]),
  log('sync-refused', 'sync-no-connection', 'web', () => [
    syncLog(calls(4, { is: 'failed', error: REFUSED_TO, status: 503 })),
  ]),
  log('sync-timeout', 'sync-timeout', 'web', () => [syncLog(calls(4, { is: 'failed', error: TIMED_OUT, status: 0 }))]),
  log('sync-denied', 'sync-denied', 'web', () => [
    syncLog(calls(3, { is: 'code', code: 'ErrorImpersonateUserDenied' })),
  ]),
  log('sync-limit', 'sync-limit', 'web', () => [
    syncLog([...calls(10, { is: 'ok' }), ...calls(3, { is: 'code', code: 'ErrorExceededConnectionCount' })]),
  ]),
];

const well = (
  id: string,
  leg: Fault['leg'],
  papers: (setting: Setting) => readonly Paper[],
  more: Partial<Fault> = {},
) => log(`well-${id}`, 'healthy', leg, papers, { hides: false, ...more });
const LONG_AGO = { minutesAgo: 60 * 24 * 90 };

/** Papers in which nothing is wrong, or nothing that is wrong here and now. */
export const LOG_NEAR_MISSES: readonly Fault[] = [
  well('1009-another', 'imap', () => [eventXml(userLimit('contoso\\hrbox'))]),
  well('9646-another', 'imap', () => [eventXml(storeLimit('hrbox'))]),
  well('9646-messages', 'imap', () => [
    eventXml({
      ...storeLimit(),
      message: `Mapi session "${DN}uccxemail" exceeded the maximum of 250 objects of type "objtMessage".`,
      data: [`${DN}uccxemail`, '250', 'objtMessage'],
    }),
  ]),
  well('1009-long-ago', 'imap', () => [eventXml({ ...userLimit(), ...LONG_AGO })]),
  well('9646-long-ago', 'imap', () => [eventXml({ ...storeLimit(), ...LONG_AGO })]),
  well('1101-long-ago', 'imap', () => [eventXml({ ...inAll, ...LONG_AGO })]),
  well('1009-of-pop', 'imap', () => [eventXml({ ...userLimit(), provider: 'MSExchangePOP3' })]),
  well('protocol-log', 'imap', () => [imapLog([{ user: 'uccxemail', context: 'R=ok' }])]),
  well('protocol-another', 'imap', () => [imapLog([{ user: 'hrbox', context: REFUSED }])]),
  well('capture', 'imap', () => [imapCapture(5)]),
  well('imap-on', 'imap', () => [talk('cas.txt', asTable([cas('False', 'hr'), cas('True')]))]),
  well('account', 'imap', () => [list(account())]),
  well('account-later', 'imap', () => [list(account({ AccountExpirationDate: '12/31/2027 12:00:00 AM' }))]),
  well('locked-another', 'imap', () => [
    list(account({ SamAccountName: 'hrbox', UserPrincipalName: '', LockedOut: 'True' })),
  ]),
  well('pop-stopped', 'imap', () => [
    talk('services.txt', asTable([service('MSExchangeIMAP4', 'Running'), service('MSExchangePOP3', 'Stopped')])),
  ]),
  well('dismounted-another', 'imap', () => [
    list(mailbox),
    talk('databases.txt', asTable([database('True'), database('False', 'Archive')])),
  ]),
  well('limits-ample', 'imap', () => [
    list(
      { Server: 'EX01', MaxConnectionsPerUser: 200 },
      { PSComputerName: 'EX01', 'Maximum Allowed Service Sessions Per User': 200 },
    ),
  ]),
  well('1021-another', 'smtp', () => [eventXml(perSource('10.9.9.9'))]),
  well('1021-long-ago', 'smtp', () => [eventXml({ ...perSource(), ...LONG_AGO })]),
  well('receive-spam', 'smtp', () => [
    receiveLog([
      {
        from: '203.0.113.7',
        connector: 'Default Frontend EX01',
        client: 'RCPT TO:<x@fabrikam.test>',
        server: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
      },
      { client: FROM, server: '250 2.1.0 Sender OK' },
    ]),
  ]),
  well('receive-rate-another', 'smtp', () => [receiveLog([{ from: '10.9.9.9', client: FROM, server: RATE }])]),
  well('receive-rate-long-ago', 'smtp', () => [receiveLog([{ client: FROM, server: RATE, ...LONG_AGO }])]),
  well('connector', 'smtp', () => [list(connector('Client Frontend EX01'), connector('Default Frontend EX01'))]),
  well('jetty', 'notify', () => [jettyLog(beats(3))]),
  well('jetty-one-retry', 'notify', () => [jettyLog(beats(2, { everySec: 301 }))]),
  well('table', 'notify', () => [subscriptionTable([1, 2, 3, 4])]),
  well('listener', 'notify', () => [openPorts([JETTY_LISTENS])]),
  well('push-another', 'notify', () => [eventXml(push(7, NO_CONNECTION, 'crm.contoso.test:443'))]),
  well('push-lyon', 'notify', () => [eventXml(push(7, NO_CONNECTION, 'cuc-lyon.contoso.test:7080'))]),
  well('push-long-ago', 'notify', () => [eventXml({ ...push(7, NO_CONNECTION), ...LONG_AGO })]),
  well('push-mended', 'notify', () => [eventXml({ ...push(7, NO_CONNECTION), minutesAgo: 600 }), jettyLog(beats(2))]),
  well('sync', 'web', () => [syncLog(calls(20, { is: 'ok' }))]),
];
