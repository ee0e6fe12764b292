import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../src/readers/mbxsync/causes.js';
import { syncLog } from '../../src/readers/mbxsync/sync-log.js';
import { finds, fixture } from './inbox-finds.js';
import { factsOf, readBytes } from './read-bytes.js';

const user = (n: number) => `{0b163c0f-74b5-4982-99c1-${String(n).padStart(12, '0')}}`;
const line = (words: string, { server = 'ex01.contoso.test', of = user(1) } = {}) =>
  `01:10:20.300 |6549,${server},${of},CsEws,10,[CsEws/CsEwsMbxClient.cpp:1173]: ${words}`;
const failure = (words: string, status: number, url = 'ews URL: https://ex01.contoso.test/EWS/Exchange.ASMX') =>
  `HTTP request failed with error: ${words}, HTTP status code: ${status}, for ${url}, verb: POST`;
const read = (...lines: string[]) => factsOf(readBytes(syncLog, Buffer.from(lines.join('\n'))), 'sync-log')[0];

/** What differs from the usual in many places at once never gets far. */
const mostly = (usual: string, ...odd: string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

describe('the log of Mailbox Sync', () => {
  it('finds nothing in a healthy one', async () => {
    const found = await finds('cuc/diag_CuMbxSync_healthy.uc');
    expect(found).toMatchObject({ reader: 'cumbxsync-log', problems: [], unread: [], healthy: ['sync-calls'] });
    expect(found.unknown.join('\n')).toMatch(
      /inbox-direction: no fault was seen in the direction Unity Connection to Exchange, and nothing that was read tells/,
    );
  });

  it('says that the log below it is another one', () => {
    const access =
      '10.4.3.9 -  -  [21/Nov/2026:07:00:00 +0000] "POST /NotificationService/services/NotificationService?id=a HTTP/1.1" 200 343';
    const url = '  <t:URL>http://cuc:7080/NotificationService/services/NotificationService?id=a</t:URL>';
    const text = [line('HTTP Status code: 200'), url, line('nothing'), '', access, access, ''].join('\n');
    const { unread } = readBytes(syncLog, Buffer.from(text));
    expect(unread).toEqual(
      [5, 6].map(line => ({ line, why: expect.stringContaining('access log of Jetty') as string })),
    );
  });

  it('classifies every failure of the source by code and kind of address', async () => {
    const { problems, says, because, remedies, unread } = await finds('cuc/diag_CuMbxSync_http-failures.uc');
    expect(unread).toEqual([]);
    expect(problems).toEqual([
      'inbox-direction: critical',
      'sync-calls: critical', // ErrorImpersonateUserDenied
      'sync-calls: critical', // ErrorExceeded…
      'sync-calls: critical', // 401
      'sync-calls: critical', // no connection, EWS
      'sync-calls: warning', // no connection, Autodiscover
      'sync-calls: warning', // 404, Autodiscover
      'sync-calls: critical', // timeout
      'sync-calls: critical', // TLS
      'sync-calls: critical', // 500
    ]);
    expect(says).toMatch(/^The fault lies in the direction Unity Connection to Exchange/);
    expect(says).toMatch(/EWS at ex-cas01\.contoso\.test refuses the login of Unity Connection \(HTTP 401\)/);
    expect(says).toMatch(/Autodiscover at contoso\.test is not found there \(HTTP 404\)/);
    expect(says).toMatch(/written by Unity Connection and not by Exchange/);
    expect(because).toMatch(
      /:6: «SSL connect error -- error:1408F119:SSL routines:SSL3_GET_RECORD:decryption failed or bad record mac»/,
    );
    expect(remedies).toEqual(['grant-impersonation', 'raise-ews-limits-of-mailboxes']);
  });

  it('reads the one real line that is public', async () => {
    const { problems, says } = await finds('cuc/diag_CuMbxSync_webdav-real.uc');
    expect(problems).toEqual(['inbox-direction: critical', 'sync-calls: critical']);
    expect(says).toMatch(/WebDAV \(Exchange 2003\) breaks off with HTTP 500/);
  });

  it.each([
    ['Bad response from server, HTTP code returned: 401', 401, 'unauthorised'],
    ['Bad response from server, HTTP code returned: 403', 403, 'forbidden'],
    ['Bad response from server, HTTP code returned: 502', 502, 'server-error'],
    ['Bad response from server, HTTP code returned: 503', 503, 'unavailable'],
    ["Couldn't connect to server -- couldn't connect to host", 503, 'no-connection'],
    ["Couldn't resolve host name", 503, 'name'],
    ['Timeout was reached', null, 'timeout'],
    ['Peer certificate cannot be authenticated with known CA certificates', null, 'certificate'],
    ['something new', 418, 'other'],
  ])('%s (%s) is %s', (words, status, cause) => expect(causeOf(words, status)).toBe(cause));

  it('counts the same fault once, with whom it hits', () => {
    const busy = [1, 2, 3].flatMap(n => Array(5).fill(line(failure('Timeout was reached', 0), { of: user(n) })));
    expect(
      read(
        ...busy,
        line('HTTP Status code: 200, for ews URL: x'),
        line('HTTP Status code: 200', { server: 'ex02.contoso.test' }),
      ),
    ).toMatchObject({
      users: 3,
      answered: 2,
      failures: [{ cause: 'timeout', times: 15, users: 3, line: 1 }],
      servers: [
        { server: 'ex01.contoso.test', failures: 15, answered: 1 },
        { server: 'ex02.contoso.test', failures: 0, answered: 1 },
      ],
    });
  });

  it('takes response codes from sentences and from XML that goes on in other lines', () => {
    expect(
      read(
        line('EWS response: <s:Envelope>'),
        '<m:ResponseCode>ErrorServerBusy</m:ResponseCode>',
        '<t:Value Name="BackOffMilliseconds">297749</t:Value>',
        line('outstanding requests: 1204'),
        line('Terror ErrorLevel'),
      ),
    ).toMatchObject({
      codes: [{ code: 'ErrorServerBusy', times: 1, line: 2 }],
      backOffMs: 297_749,
      mostOutstanding: 1204,
      lines: 3,
    });
  });

  it('takes no other text for such a log, and says what it could not read', () => {
    const head = (text: string) => syncLog.recognises({ name: 'x.txt', bytes: Buffer.from(text) });
    expect(head('01:10:20.300 |hello\nworld')).toBe(0);
    expect(head('')).toBe(0);
    expect(head(`\0\0\0\n${line('x')}`)).toBeGreaterThan(0);
    const told = readBytes(
      syncLog,
      Buffer.from(`garbage\n${line('x')}\r\n${line('y'.repeat(1_000_000))}\n${line('z')}`),
    );
    expect(told.unread.map(({ line: at }) => at)).toEqual([1, 3]);
    expect(factsOf(told, 'sync-log')).toMatchObject([{ lines: 3 }]);
  });

  it('shows nothing of a file that could redraw a message', () => {
    const told = read(line(failure('\u202eevil\u0007', 500, 'ews URL: https://a\u202e.test/')));
    expect(JSON.stringify(told)).not.toMatch(/\u202e|\\u0007/);
  });

  it('tells the same of lines that it takes as bytes as of those that become text, however the file is cut', () => {
    const words = fc.constantFrom(
      'HTTP Status code: 200, for ews URL: x',
      'HTTP Status code: 200, response headers: HTTP/1.1 200 OK',
      'HTTP Status code: 204 and HTTP Status code: 500',
      'HTTP Status code: 404',
      'HTTP Status code: 2',
      'HTTP Status code: 200 ErrorServerBusy',
      'HTTP Status code: 200 outstanding requests: 9999',
      'x]: HTTP Status code: 200',
      'HTTP request failed',
      failure('Timeout was reached', 0),
      'ErrorServerBusy',
      'TerrorServerBusy ErrorServerBusyness',
      'outstanding requests: 12',
      'Stale subscription check: 3 stale of 10',
      'BackOffMilliseconds 297749',
      'Failed to locate a Domain Controller',
      'WEBDAV response headers HTTP Status code: 440',
      'nothing to do, ü',
    );
    const begin = mostly(
      '01:10:20.300 |6549,',
      ...['01:10:20.300', '01:10:20.30x', '1é:10:20.300', '23:59:59.999', '01:10', ''].map(time => `${time} |6549,`),
      '01:10:20.300 | 6549,',
      '01:10:20.300 || ,',
      '01:10:20.300|6549,',
      '01:10:20.300 |123456789012345,',
      '01:10:20.300 |6549]: ,',
      '<t:Value>',
    );
    const names = mostly(
      `ex01.contoso.test,${user(1)},`,
      ...['ex01.contoso.test,', 'ex01.contoso.tesT,', ' ex01.contoso.test,', 'ex1,', ','].flatMap(server => [
        `${server}${user(1)},`,
        `${server}${user(2)},`,
      ]),
      `ex01.contoso.test,${user(1)}]: ,`,
      `ex01.contoso.test,${'u'.repeat(80)},`,
      'ex01.contoso.test,é,',
    );
    const component = mostly('CsEws,10,[a.cpp:1]: ', 'CsEws,10,[a.cpp:1]:', '');
    const ending = mostly('', '', '', '\r', '\r\r', '\rx');
    const lines = fc.array(fc.tuple(begin, names, component, words, ending), { maxLength: 40 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 900 }), (parts, piece) => {
        const linesWith = (blanks: number) =>
          Buffer.from(parts.map(([a, b, c, d, end]) => `${a}${b}${c}${d}${' '.repeat(blanks)}${end}\n`).join(''));
        const comparable = (told: object) => JSON.stringify(told, null, 1).replace(/ {50,}…?/g, '');
        // So long a line is never taken as bytes.
        const asText = comparable(readBytes(syncLog, linesWith(2100)));
        expect(comparable(readBytes(syncLog, linesWith(0)))).toEqual(asText);
        expect(comparable(readBytes(syncLog, linesWith(0), piece))).toEqual(asText);
      }),
      { numRuns: 400 },
    );
  });

  it('tells the same however the file is cut, and never breaks off', () => {
    const bytes = fixture('cuc/diag_CuMbxSync_http-failures.uc');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(bytes.length),
        fc.integer({ min: 1, max: 500 }),
        (spoilt, cut, piece) => {
          const copy = Buffer.from(bytes.subarray(0, cut));
          for (const [at, sign] of spoilt) if (at < cut) copy[at] = sign;
          const told = readBytes(syncLog, copy, piece);
          expect(told).toEqual(readBytes(syncLog, copy));
          expect(factsOf(told, 'sync-log')).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
