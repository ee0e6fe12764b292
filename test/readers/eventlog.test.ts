import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IsoTime } from '../../src/domain/clock.js';
import { eventCsv } from '../../src/readers/eventlog/event-csv.js';
import { eventText } from '../../src/readers/eventlog/event-text.js';
import { eventXml } from '../../src/readers/eventlog/event-xml.js';
import { shellOutput } from '../../src/readers/shell/shell-output.js';
import { standingOf } from '../../src/rules/event-time.js';
import { bodiesOf, readWith } from './read-with.js';
import { asList } from './shell-prints.js';

const readers = [shellOutput, eventXml, eventText, eventCsv];
const fixture = (name: string) => readFileSync(new URL(`../fixtures/eventlog/${name}`, import.meta.url));
const events = async (bytes: Buffer | string, name = 'events.txt') =>
  bodiesOf(await readWith(readers, name, bytes), 'exchange-event') as Record<string, unknown>[];
const brief = (all: readonly Record<string, unknown>[]) =>
  all.map(({ about, subject, limit, of, detail, times }) => [about, subject, limit, of, detail, times].join(' | '));

const DN = '/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=';

describe('published events', () => {
  it.each([
    ['9646-quoted.fl.txt', [`store-sessions | ${DN}E-mailUser | 16 | session |  | 1`]],
    ['9646-guid-prefixed.fl.txt', [`store-sessions | ${DN}UCCX EmailQ686 | 16 | session |  | 1`]],
    ['9646-clienttype-2013plus.fl.txt', [`store-sessions | ${DN}uccxemail | 16 | session | IMAP | 1`]],
    ['9646.xml', [`store-sessions | ${DN}E-mailUser | 16 | session |  | 1`]],
    ['1009-imap4.fl.txt', ['imap-per-user | contoso\\uccxemail | 16 |  |  | 1']],
    [
      'webservices-5-6-7.fl.txt',
      [
        'push-failed | 10.93.132.92:7080 |  | ConnectFailure |  | 1',
        'push-failed | 10.93.132.92:7080 |  | ConnectFailure |  | 1',
        'push-given-up | 10.93.132.92:7080 |  | ConnectFailure |  | 1',
      ],
    ],
    [
      'application.csv',
      [
        `store-sessions | ${DN}E-mailUser | 16 | session |  | 1`,
        `store-sessions | ${DN}UCCX EmailQ686 | 16 | session |  | 1`,
        'imap-per-user | contoso\\uccxemail | 16 |  |  | 1',
        'push-failed |  |  |  |  | 1',
      ],
    ],
  ])('%s', async (name, expected) => {
    const file = await readWith(readers, name, fixture(name));
    expect(brief(bodiesOf(file, 'exchange-event') as Record<string, unknown>[])).toEqual(expected);
    expect(file.facts).toHaveLength(expected.length);
    expect(file.file.unread.first).toEqual([]);
  });

  it('have their server and time; only a time with a zone is one in UTC', async () => {
    expect((await events(fixture('9646.xml')))[0]).toMatchObject({
      server: 'MBX01.contoso.test',
      first: '2014-06-29T16:41:07.000Z',
      utc: true,
    });
    expect((await events(fixture('1009-imap4.fl.txt')))[0]).toMatchObject({
      id: 1009,
      server: null,
      first: '6/29/2014 11:53:02 AM',
      utc: false,
    });
  });

  it('show no id of a subscription', async () => {
    const file = await readWith(readers, 'events.txt', fixture('webservices-5-6-7.fl.txt'));
    expect(JSON.stringify(file.facts)).not.toMatch(/2348c723|FQBle/);
  });
});

const winEvent = (provider: string, id: number, message: string) =>
  `TimeCreated : 21.11.2026 09:00:00\r\nProviderName : ${provider}\r\nId : ${id}\r\nMessage : ${message}\r\n\r\n`;

describe('the same number of two sources', () => {
  it.each([
    [
      'MSExchangeTransport',
      1009,
      'Receive connector Default EX01 rejected an incoming connection. The maximum number of connections (5000) for this connector has been reached.',
      'connector-in-all |  | 5000 | Default EX01 |  | 1',
    ],
    [
      'MSExchangeIMAP4',
      1009,
      'Number of simultaneous connections made by user contoso\\uccxemail exceeded maximum (16).',
      'imap-per-user | contoso\\uccxemail | 16 |  |  | 1',
    ],
    [
      'MSExchangeTransport',
      1021,
      'Receive connector Client EX01 rejected an incoming connection from IP address 10.4.3.20. The maximum number of connections per source (20) for this connector has been reached by this source IP address.',
      'connector-per-source | 10.4.3.20 | 20 | Client EX01 |  | 1',
    ],
    [
      'MSExchange ADAccess',
      2915,
      "Process Microsoft.Exchange.Imap4.exe (PID=4711). User 'Sid~CONTOSO\\uccxemail~IMAP~false' has gone over budget '37' times for component 'IMAP' within a one minute period. Info: 'Policy:UCCXEmail, Parts:MaxConcurrency:37;'. Threshold value: '10'.",
      'over-budget | CONTOSO\\uccxemail |  | IMAP | UCCXEmail, MaxConcurrency:37 | 1',
    ],
    [
      'MSExchangeTransport',
      1035,
      'Inbound authentication failed with error LogonDenied for Receive connector Client Frontend EX01. The authentication mechanism is Login. The source IP address of the client who tried to authenticate to Microsoft Exchange is [10.4.3.20].',
      'smtp-login | 10.4.3.20 |  | Client Frontend EX01 | LogonDenied, Login | 1',
    ],
    ['MSExchangeTransport', 15006, 'Speicherplatz wird knapp.', 'pressure |  |  | disk |  | 1'],
    ['MSExchangeTransport', 15004, 'Ressourcen werden knapp.', 'pressure |  |  | resources in all |  | 1'],
    ['MSExchangeTransport', 15007, 'Der Arbeitsspeicher ist knapp.', 'pressure |  |  | memory |  | 1'],
    // The words of these two are in no public source: whatever stands around the address and the number.
    [
      'MSExchangeIMAP4',
      1103,
      'Words about 10.4.3.90 and its limit (20).',
      'imap-per-address | 10.4.3.90 | 20 |  |  | 1',
    ],
    ['MSExchangeIMAP4', 1101, 'Words about a limit (2000).', 'imap-in-all |  | 2000 |  |  | 1'],
    [
      'MSExchangeIS',
      9646,
      'Mapi session "/o=First/cn=Recipients/cn=uccxemail" exceeded the maximum of 250 objects of type "objtMessage".',
      'store-objects | /o=First/cn=Recipients/cn=uccxemail | 250 | objtMessage |  | 1',
    ],
    [
      'MSExchangeIS',
      9646,
      'Closing Mapi session "/o=First/cn=Recipients/cn=uccxemail" because it exceeded the maximum of 32 objects of type "session".',
      'store-sessions | /o=First/cn=Recipients/cn=uccxemail | 32 | session |  | 1',
    ],
    [
      'MSExchange Web Services',
      6,
      "A notification for subscription [abc] against endpoint [http://cuc.contoso.test:7080/NotificationService/services/NotificationService?id=1] couldn't be sent. (Send attempts: 2) Details: WebException: The remote server returned an error: (407) Proxy Authentication Required. Status: ProtocolError",
      'push-failed | cuc.contoso.test:7080 |  | ProtocolError | 407 | 1',
    ],
    [
      'MSExchange Web Services',
      7,
      'After 5 unsuccessful attempts: The response was larger than allowed (1024 bytes). http://10.0.0.9:7080/x',
      'push-given-up | 10.0.0.9:7080 |  | too-large |  | 1',
    ],
  ])('%s %i', async (provider, id, message, expected) => {
    expect(brief(await events(winEvent(provider, id, message)))).toEqual([expected]);
  });

  it.each([
    ['MSExchangePOP3', 1009, 'Number of simultaneous connections made by user x exceeded maximum (16).'],
    ['MSExchangeIMAP4', 9646, 'Mapi session "/o=x/cn=y" exceeded the maximum of 16 objects of type "session".'],
    ['Microsoft-Windows-Security-Auditing', 5, 'nothing of ours'],
  ])('%s %i is none of ours', async (provider, id, message) =>
    expect(await events(winEvent(provider, id, message))).toEqual([]),
  );
});

describe('what Event Viewer saves', () => {
  const rows = (separator: string) =>
    [
      [
        'Warning',
        '11/21/2026 7:00:53 AM',
        'MSExchangeIMAP4',
        '1009',
        'General',
        'connections made by user contoso\\a exceeded maximum (16).',
      ],
      ['Information', '11/21/2026 7:01:00 AM', 'MSExchangeTransport', '1', '(2)', '"two\r\nlines, and more"'],
      [
        'Error',
        '11/21/2026 7:02:00 AM',
        'MSExchangeIS',
        '9646',
        'General',
        '"Mapi session ""/o=C/cn=a"" exceeded the maximum of 16 objects of type ""session""."',
      ],
    ].map(fields => fields.join(separator));
  const HEAD = 'Level,Date and Time,Source,Event ID,Task Category';

  it.each([
    ['as CSV', [HEAD, ...rows(',')]],
    ['as text with tabs', [HEAD.replaceAll(',', '\t'), ...rows('\t')]],
    ['in another language', ['Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie', ...rows(',')]],
    ['without its first line', rows(',')],
  ])('%s', async (_, lines) => {
    const file = await readWith(readers, 'events.csv', `\ufeff${lines.join('\r\n')}\r\n`);
    expect(file.file).toMatchObject({ reader: 'event-csv', unread: { first: [] } });
    const seen = bodiesOf(file, 'exchange-event') as Record<string, unknown>[];
    expect(brief(seen)).toEqual([
      'imap-per-user | contoso\\a | 16 |  |  | 1',
      'store-sessions | /o=C/cn=a | 16 | session |  | 1',
    ]);
    expect(seen[0]).toMatchObject({ server: null, first: '11/21/2026 7:00:53 AM', utc: false });
  });
});

it('a thousand times the same is one fact', async () => {
  const text = winEvent('MSExchangeIMAP4', 1009, 'connections made by user contoso\\a exceeded maximum (16).').repeat(
    1000,
  );
  expect(brief(await events(text))).toEqual(['imap-per-user | contoso\\a | 16 |  |  | 1000']);
});

it('words that are not known are said to be so, and not guessed', async () => {
  const file = await readWith(readers, 'events.txt', winEvent('MSExchangeIS', 9646, 'Die Mapi-Sitzung...'));
  expect(file.facts).toEqual([]);
  expect(file.file.unread.first).toMatchObject([{ why: expect.stringMatching(/event 9646 of MSExchangeIS in words/) }]);
});

it('what was filled in is the same in every language', async () => {
  const xml = `<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='MSExchangeIMAP4'/><EventID Qualifiers='32772'>1009</EventID><TimeCreated SystemTime='2026-11-21T07:00:00.1234567Z'/><Computer>EX01</Computer></System><EventData><Data>contoso\\uccx&amp;email</Data><Data>16</Data></EventData><RenderingInfo Culture='de-DE'><Message>Die Anzahl...</Message></RenderingInfo></Event></Events>`;
  expect(brief(await events(xml, 'x.xml'))).toEqual(['imap-per-user | contoso\\uccx&email | 16 |  |  | 1']);
});

it('as Event Viewer copies them', async () => {
  const copied = [
    'Log Name:      Application',
    'Source:        MSExchangeIS',
    'Date:          6/29/2014 11:41:07 AM',
    'Event ID:      9646',
    'Level:         Error',
    'Computer:      MBX01.contoso.test',
    'Description:',
    'Mapi session "/o=First/cn=Recipients/cn=uccxemail" exceeded the maximum of 16 objects of type "session".',
    'Event Xml:',
    '<Event xmlns="http://schemas.microsoft.com/win/other">',
  ].join('\r\n');
  expect(await events(`${copied}\r\n${copied}`)).toMatchObject([
    { about: 'store-sessions', server: 'MBX01.contoso.test', subject: '/o=First/cn=Recipients/cn=uccxemail', times: 2 },
  ]);
});

/* Labels of the German Event Viewer as they stand in two posts about SharePoint of 2010; those of nobody show that none is needed. */
const GERMAN =
  'Protokollname,Quelle,Datum,Ereignis-ID,Aufgabenkategorie,Ebene,Schlüsselwörter,Benutzer,Computer,Beschreibung';
const NOBODYS = 'Aa b,Source ,Dé,N° ,Ee’e f,G g,H,Iñ,J k,L l';

describe.each([
  ['German', GERMAN],
  ['in labels that nobody has seen before', NOBODYS],
])('as Event Viewer copies them: %s', (_, labels) => {
  const copied = (...values: string[]) =>
    labels
      .split(',')
      .map((label, at) => `${label}:${at === 9 ? '\r\n' : '        '}${values[at] ?? ''}`)
      .join('\r\n');
  const limit = (at: string, server: string) =>
    copied(
      ...['Application', 'MSExchangeIMAP4', at, '1103', '(1)', 'Warnung', 'Klassisch', 'Nicht zutreffend', server],
      'Die Höchstzahl (20) ist für 10.4.3.90 erreicht: keine weitere Verbindung.',
    );

  it('with server, time and numbers, one or many', async () => {
    const pasted = `${limit('21.11.2026 16:51:10', 'EX01')}\r\n\r\n${limit('21.11.2026 16:52:10', 'EX02')}\r\n`;
    const told = await events(pasted);
    expect(brief(told)).toEqual(Array(2).fill('imap-per-address | 10.4.3.90 | 20 |  |  | 1'));
    expect(told).toMatchObject([
      { server: 'EX01', last: '21.11.2026 16:51:10', utc: false },
      { server: 'EX02', last: '21.11.2026 16:52:10' },
    ]);
  });

  it('in a Windows code page', async () =>
    expect(await events(Buffer.from(limit('21.11.2026 16:51:10', 'EX01'), 'latin1'))).toHaveLength(1));

  it('words of another language are told as not known', async () => {
    const file = await readWith(
      readers,
      'events.txt',
      copied(
        ...['Application', 'MSExchangeIS', '29.06.2014 11:41:07', '9646', '', '', '', '', 'EX01', 'Die Mapi-Sitzung'],
      ),
    );
    expect(file.facts).toEqual([]);
    expect(file.file.unread.first).toMatchObject([{ why: expect.stringMatching(/event 9646 .* export it as XML/) }]);
  });

  it('with the XML behind it all is known', async () => {
    const xml = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="MSExchangeIMAP4" /><EventID Qualifiers="32772">1009</EventID><TimeCreated SystemTime="2026-11-21T15:51:10.000Z" /><Computer>EX01</Computer></System><EventData><Data>contoso\\uccx</Data><Data>16</Data></EventData></Event>`;
    const head = copied(
      'Application',
      'MSExchangeIMAP4',
      '21.11.2026 16:51:10',
      '1009',
      '',
      '',
      '',
      '',
      'EX01',
      'Die Zahl',
    );
    expect(brief(await events(`${head}\r\nEreignis-XML:\r\n${xml}\r\n`))).toEqual([
      'imap-per-user | contoso\\uccx | 16 |  |  | 1',
    ]);
  });
});

it.each([
  'Name: MSExchangeIMAP4\nStarted: 21.11.2026\nPort: 143',
  'Log: a\nSource: MSExchangeIMAP4\nDate: today\nNumber: 1103',
])('is no event: %s', async pasted => expect(await events(pasted)).toEqual([]));

/** As Get-EventLog and Event Viewer show a day in Germany, France, Spain, Sweden, Hungary, Czechia, Japan and the United States. */
it.each([
  '14.11.2026 16:51:10',
  '14/11/2026 16:51:10',
  '14-11-2026 16:51:10',
  '2026-11-14 16:51:10',
  '2026. 11. 14. 16:51:10',
  '14. 11. 2026 16:51:10',
  '2026/11/14 16:51:10',
  '11/14/2026 4:51:10\u202fPM',
  '\u200e14.\u200e11.\u200e2026 16:51:10',
])('a day is known as one in %s', async at => {
  const text = winEvent('MSExchangeIMAP4', 1009, 'connections made by user contoso\\a exceeded maximum (16).');
  const [event] = await events(text.replace('21.11.2026 09:00:00', at));
  const { last, utc } = event as { last: string; utc: boolean };
  const standing = (now: string) => standingOf({ last, utc }, IsoTime.parse(now));
  expect([standing('2026-11-16T00:00:00.000Z'), standing('2026-11-30T00:00:00.000Z')]).toEqual(['undated', 'old']);
});

it('a list at any width gives the account, or says that it did not', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 40, max: 300 }), fc.boolean(), async (width, trims) => {
      const printed = {
        InstanceId: 3221628334,
        Message: `Mapi session "${DN}uccxemail" exceeded the maximum of 16 objects of type "session".`,
        Source: 'MSExchangeIS',
      };
      const file = await readWith(readers, 'events.txt', asList([printed], width, { trims }));
      const [event] = bodiesOf(file, 'exchange-event') as { subject: string; limit: number }[];
      if (!event) {
        expect(file.file.unread.first.length).toBeGreaterThan(0); // not returned: whatever is returned counts as a failure
        return;
      }
      expect(event.limit).toBe(16);
      expect(event.subject.replaceAll(' ', '')).toBe(`${DN}uccxemail`.replaceAll(' ', ''));
    }),
    { numRuns: 40 },
  ));
