import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBody } from '../../src/domain/evidence/index.js';
import { wiresharkText } from '../../src/readers/wireshark-text/wireshark-text.js';
import { factsOf, readBytes } from './read-bytes.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/wireshark/${name}.txt`);
const read = (words: string | Buffer) => readBytes(wiresharkText, Buffer.from(words));
const GREETING = { outcome: 'ok', text: 'The Microsoft Exchange IMAP4 service is ready.', tookMs: 0 };
const REFUSED = { outcome: 'refused', status: 'NO', text: 'AUTHENTICATE failed.', withheldFor: null, encrypted: false };

describe('published lists of packets', () => {
  it('the rows of the server alone: greeted, and refused, three times', () => {
    const told = read(fixture('wireshark-authfail-seed'));
    expect(told.facts).toEqual([
      { kind: 'imap-login', body: { ...REFUSED, mechanism: null, tookMs: 0 }, at: null, line: 2 },
      { kind: 'imap-greeting', body: GREETING, at: null, line: 3 },
    ]);
    expect(told.quotes).toEqual([
      { line: 2, text: 'A1 NO AUTHENTICATE failed.' },
      { line: null, text: '3 logins were refused in this list, and none accepted' },
    ]);
    expect(told.unread).toEqual([]);
  });
  it('both directions: the mechanism and the time, and nothing of the secret', () => {
    const told = read(fixture('wireshark-authfail-both-directions'));
    expect(told.facts).toEqual([
      { kind: 'imap-greeting', body: GREETING, at: null, line: 2 },
      { kind: 'imap-login', body: { ...REFUSED, mechanism: 'PLAIN', tookMs: 75 }, at: null, line: 9 },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/AHVjY2|Not-the|uccxemail/);
  });
  it('notifications: nine, by one sender, answered by Unity Connection with 200', () => {
    const [fact] = factsOf(read(fixture('wireshark-7080-notifications')), 'captured-sessions');
    expect(fact).toMatchObject({
      leg: 'notify',
      server: '10.93.132.92',
      port: 7080,
      from: null,
      sessions: 9,
      clients: [{ address: '173.37.183.83', sessions: 9 }],
      notifications: { posts: 9, ids: 9, statuses: [{ status: 200, count: 8 }], unanswered: 0, longestPauseMs: null },
    });
  });
  it('one keep-alive, by name of the port', () => {
    const told = read(fixture('wireshark-7080-one-keepalive'));
    expect(factsOf(told, 'captured-sessions')).toMatchObject([
      { sessions: 1, begun: 1, notifications: { posts: 1, statuses: [{ status: 200, count: 1 }] } },
    ]);
    expect(told.unread).toEqual([]);
  });
  it.each([
    'wireshark-authfail-seed',
    'wireshark-authfail-both-directions',
    'wireshark-7080-notifications',
    'wireshark-7080-one-keepalive',
  ])('%s is recognised, and its facts fit', name => {
    expect(wiresharkText.recognises({ name, bytes: fixture(name) })).toBe(0.9);
    for (const { kind, body } of read(fixture(name)).facts) parseBody(kind, body as never);
  });
});

describe('other shapes of the same list', () => {
  it.each([
    [
      'tabs, and blanks before Info',
      '10627\t118.024133\t10.4.3.90\t10.4.4.95\tIMAP\t82 Response: A1 NO AUTHENTICATE failed.',
    ],
    [
      'tabs at the end',
      '10627\t118.024133\t10.4.3.90\t10.4.4.95\tIMAP\t82\tResponse: A1 NO AUTHENTICATE failed.\t\t\t',
    ],
    ['no source column', '10627\t118.024133\t10.4.4.95\tIMAP\t82 Response: A1 NO AUTHENTICATE failed.'],
    [
      'a table of bars',
      '| 10627 | 118.024133 | 10.4.3.90 | 10.4.4.95 | IMAP | 82 | Response: A1 NO AUTHENTICATE failed. |',
    ],
    ['IPv6', '10627 118.024133 fd00::90 fd00::95 IMAP 82 Response: A1 NO AUTHENTICATE failed.'],
  ])('%s', (_, line) => {
    expect(factsOf(read(`${line}\r\n`), 'imap-login')).toMatchObject([{ outcome: 'refused', status: 'NO' }]);
    expect(wiresharkText.recognises({ name: 'a', bytes: Buffer.from(line) })).toBeGreaterThan(0.5);
  });
  it('SMTP, with what was refused and after what', () => {
    const told = read(
      [
        'No. Time Source Destination Protocol Length Info',
        '1 0.10 10.4.3.90 10.4.4.95 SMTP 120 S: 220 ex01 Microsoft ESMTP MAIL Service ready',
        '2 0.20 10.4.4.95 10.4.3.90 SMTP 90 C: MAIL FROM:<a@contoso.test>',
        '3 0.30 10.4.3.90 10.4.4.95 SMTP 120 S: 421 4.4.2 Message submission rate for this client has exceeded the configured limit',
      ].join('\n'),
    );
    expect(told.facts.map(({ kind }) => kind)).toEqual(['smtp-banner', 'smtp-refusal']);
    expect(factsOf(told, 'smtp-refusal')).toMatchObject([
      { after: 'mail-from', code: 421, enhanced: '4.4.2', remote: '10.4.4.95' },
    ]);
  });
  describe('connections to port 7080', () => {
    const row = (at: string, from: string, to: string, info: string) => `7 ${at} ${from} ${to} TCP 66 ${info}`;
    const asks = (port: number, again = '') =>
      row(`1.${port}`, '10.4.3.90', '10.9.1.1', `${again}${port} → 7080 [SYN] Seq=0`);
    const AGAIN = '[TCP Retransmission] ';
    it.each([
      [
        'asked for again and again',
        [asks(5000), asks(5000, AGAIN), asks(5000, AGAIN)],
        { begun: 1, unanswered: 1, turnedAway: 0 },
      ],
      [
        'turned away',
        [asks(5000), row('2.1', '10.9.1.1', '10.4.3.90', '7080 → 5000 [RST, ACK] Seq=1')],
        { begun: 1, unanswered: 0, turnedAway: 1 },
      ],
    ])('%s', (_, rows, seen) =>
      expect(factsOf(read(rows.join('\n')), 'captured-sessions')).toMatchObject([{ server: '10.9.1.1', ...seen }]),
    );

    it.each([
      ['asked for once: the answer may be in a row that was not copied', [asks(5000)]],
      [
        'that came about in the end',
        [asks(5000), asks(5000, AGAIN), row('2.1', '10.9.1.1', '10.4.3.90', '7080 → 5000 [SYN, ACK] Seq=0')],
      ],
    ])('%s', (_, rows) => expect(read(rows.join('\n')).facts).toEqual([]));

    it('to two nodes are two records, each with its answers', () => {
      const http = (from: string, to: string, info: string) => `7 1.5 ${from} ${to} HTTP 500 ${info}`;
      const post = (to: string) =>
        http('10.4.3.90', to, `POST /NotificationService/services/NotificationService?id=a${to.at(-1)}&pid=1 HTTP/1.1`);
      const rows = [
        post('10.9.1.1'),
        http('10.9.1.1', '10.4.3.90', 'HTTP/1.1 200 OK'),
        post('10.9.1.2'),
        http('10.9.1.2', '10.4.3.90', 'HTTP/1.1 503 Service Unavailable'),
      ];
      expect(factsOf(read(rows.join('\n')), 'captured-sessions')).toMatchObject([
        { server: '10.9.1.1', sessions: 1, notifications: { statuses: [{ status: 200, count: 1 }] } },
        { server: '10.9.1.2', sessions: 1, notifications: { statuses: [{ status: 503, count: 1 }] } },
      ]);
    });
  });
  it('keep-alives that pause', () => {
    const at = (time: string) =>
      `7 2014-06-29 ${time} 10.0.0.1 10.0.0.2 HTTP/XML 1143 POST /NotificationService/services/NotificationService?id=aaa&pid=1 HTTP/1.1`;
    const [fact] = factsOf(
      read([at('08:00:00.5'), at('08:05:00.5'), at('08:21:00.5')].join('\n')),
      'captured-sessions',
    );
    expect(fact).toMatchObject({
      notifications: { longestPauseMs: 960_000, pauses: { over330Sec: 0, over660Sec: 0, over900Sec: 1 } },
    });
  });
});

describe('what is no such list', () => {
  it.each([
    ['nothing', ''],
    ['a log', '2026-11-21 08:00:00 10.4.3.90 something happened here 82 times over'],
    ['prose', 'The time of the source and its destination.\nNo protocol.'],
    ['bytes', '\0\x01\x02\xff'],
  ])('%s is not taken for one', (_, words) =>
    expect(wiresharkText.recognises({ name: 'a', bytes: Buffer.from(words, 'latin1') })).toBe(0),
  );

  it('names a line that is no packet, and reads on', () => {
    const told = read(
      '10627 118.024133 10.4.3.90 10.4.4.95 IMAP 82 Response: A1 NO AUTHENTICATE failed.\nwhat is this?\n',
    );
    expect(told.unread).toEqual([{ line: 2, why: 'it is no packet of a list' }]);
    expect(told.facts).toHaveLength(1);
  });
  it('does not stall on a line made to be slow', () => {
    const begun = process.cpuUsage();
    for (const slow of [
      '1 '.repeat(20_000),
      '|'.repeat(60_000),
      `1 1.1 ${':'.repeat(50_000)}`,
      `1 1.1 1.1.1.1 ${'a'.repeat(50_000)}`,
      '\t'.repeat(60_000),
    ])
      read(slow);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(3000);
  });
});
