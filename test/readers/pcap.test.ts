import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CapturedSessions } from '../../src/domain/evidence/captured-sessions.js';
import { parseBody } from '../../src/domain/evidence/index.js';
import { pcap } from '../../src/readers/pcap/pcap.js';
import { pasted } from '../support/rule-table.js';
import {
  ACK,
  conversation,
  inTime,
  type Link,
  linkOf,
  ngBlock,
  ngSection,
  pcapFile,
  SYN,
  tcpPacket,
  type Written,
} from './pcap-writer.js';
import { factsOf, readBytes, type Told } from './read-bytes.js';

const START = Date.UTC(2026, 10, 20, 9);
const READY = '* OK The Microsoft Exchange IMAP4 service is ready.';
const PLAIN = Buffer.from('\0uccxemail\0Not-the-password').toString('base64');
type Ends = Parameters<typeof conversation>[1];

const imap = (atMs: number, ends: Ends = {}) => conversation(atMs, ends).open().s(READY);
const login = (atMs: number, ends: Ends = {}, secret = PLAIN) =>
  imap(atMs, ends).c('A1 AUTHENTICATE PLAIN').s('+').c(secret);
const atWork = (atMs: number, ends: Ends = {}, secret = PLAIN) =>
  login(atMs, ends, secret)
    .s('A1 OK AUTHENTICATE completed.')
    .c('A2 SELECT INBOX')
    .s('* 3 EXISTS')
    .s('A2 OK [READ-WRITE] SELECT completed.');
const read = (packets: readonly Written[], link?: Link) =>
  readBytes(pcap, pcapFile(packets, link ? { link: linkOf(link) } : {}));
const sessionsOf = (told: Told, leg = 'imap') =>
  factsOf<Omit<CapturedSessions, 'kind'>>(told, 'captured-sessions').find(fact => fact.leg === leg);
const kindsOf = (told: Told) =>
  told.facts.map(({ kind, body }) =>
    `${kind} ${'outcome' in (body as object) ? (body as { outcome: string }).outcome : ''}`.trim(),
  );

describe('a capture of a full account', () => {
  const sixteen = Array.from({ length: 16 }, (_, at) => atWork(START + at * 1000, { clientPort: 50_000 + at }));
  const told = read(
    inTime(
      ...sixteen,
      login(START + 20_000, { clientPort: 51_000 })
        .s('A1 NO AUTHENTICATE failed.')
        .close('server'),
    ),
  );

  it('counts what stood beside the refusal, and sees that the password was right', () => {
    expect(sessionsOf(told)).toEqual({
      leg: 'imap',
      server: '10.4.3.90',
      port: 143,
      from: '2026-11-20T09:00:00.000Z',
      until: '2026-11-20T09:00:20.100Z',
      sessions: 17,
      begun: 17,
      encrypted: 0,
      mostOpen: 17,
      mostOfOneAccount: 16,
      accounts: 1,
      clients: [{ address: '10.4.4.95', sessions: 17, mostOpen: 17, mostWorking: 16, refused: 1 }],
      clientsInAll: 1,
      refused: 1,
      refusals: [
        {
          at: '2026-11-20T09:00:20.070Z',
          packet: 184,
          client: '10.4.4.95',
          stage: 'login',
          command: 'AUTHENTICATE',
          mechanism: 'PLAIN',
          text: 'AUTHENTICATE failed.',
          beside: { ofClient: 16, ofAccount: 16, ofServer: 16 },
          sameLoginAccepted: true,
        },
      ],
      breaks: [],
      unanswered: 0,
      turnedAway: 0,
      resets: { byClient: 0, byServer: 0 },
      greeting: { count: 17, medianMs: 30, longestMs: 30 },
      missingBytes: 0,
      dropped: 0,
      notifications: null,
    });
  });
  it('leaves the refusal to the rule that judges it, and tells what a probe would see', () => {
    expect(kindsOf(told)).toEqual([
      'tcp-connect connected',
      'imap-greeting ok',
      'imap-login accepted',
      'imap-select selected',
      'captured-sessions',
    ]);
    expect(factsOf(told, 'imap-select')).toEqual([
      { outcome: 'selected', status: 'OK', text: '[READ-WRITE] SELECT completed.', messages: 3, tookMs: 20 },
    ]);
    expect(told.quotes).toEqual([
      {
        line: 184,
        text: '10.4.4.95 was refused at its login (PLAIN) while 16 other sessions of the same account stood: «AUTHENTICATE failed.»',
      },
    ]);
    expect(told.unread).toEqual([]);
  });
  it('gives facts that their schemas take', () => {
    for (const { kind, body } of told.facts) expect(() => parseBody(kind, body as never)).not.toThrow();
  });
});

describe('a refusal', () => {
  it.each<[string, ReturnType<typeof conversation>[], string[], object]>([
    [
      'alone is one of a login',
      [login(START).s('A1 NO AUTHENTICATE failed.').close('server')],
      ['imap-login refused'],
      { ofAccount: 0 },
    ],
    [
      'after the others have left is alone',
      [
        atWork(START)
          .c('A9 LOGOUT')
          .s('* BYE Microsoft Exchange Server 2016 IMAP4 server signing off.')
          .s('A9 OK LOGOUT completed.')
          .close('server'),
        login(START + 5000, { clientPort: 5 }).s('A1 NO AUTHENTICATE failed.'),
      ],
      ['imap-login refused', 'imap-login accepted'],
      { ofAccount: 0, ofClient: 0 },
    ],
    [
      'with a reason is one of a login, whoever works beside it',
      [atWork(START), login(START + 5000, { clientPort: 5 }).s('A1 NO Logon failure: account currently disabled.')],
      ['imap-login refused'],
      { ofAccount: 1 },
    ],
    [
      'of another account counts the others for their address only',
      [
        atWork(START),
        login(START + 5000, { clientPort: 5 }, Buffer.from('\0bob\0word').toString('base64')).s(
          'A1 NO AUTHENTICATE failed.',
        ),
      ],
      [],
      { ofAccount: 0, ofClient: 1 },
    ],
  ])('%s', (_, talks, kinds, beside) => {
    const told = read(inTime(...talks));
    expect(sessionsOf(told)?.refusals[0]?.beside).toMatchObject(beside);
    const logins = kindsOf(told).filter(kind => kind.startsWith('imap-login'));
    for (const kind of kinds) expect(logins).toContain(kind);
    if (kinds.length === 0) expect(logins).toEqual([]);
  });

  it('of the mailbox names the command and the account at work', () => {
    const told = read(
      inTime(
        atWork(START),
        login(START + 5000, { clientPort: 5 })
          .s('A1 OK AUTHENTICATE completed.')
          .c('A2 SELECT "INBOX"')
          .s('A2 NO Server Unavailable. 15'),
      ),
    );
    expect(sessionsOf(told)?.refusals).toMatchObject([
      { stage: 'mailbox', command: 'SELECT', text: 'Server Unavailable. 15', beside: { ofAccount: 1 } },
    ]);
    expect(factsOf(told, 'imap-select')).toMatchObject([
      { outcome: 'selected' },
      { outcome: 'refused', status: 'NO', text: 'Server Unavailable. 15' },
    ]);
  });

  it('in place of a greeting, by a word or by none', () => {
    const told = read(
      inTime(
        conversation(START).open().s('* BYE Connection refused.').close('server'),
        conversation(START + 9000, { clientPort: 6 })
          .open()
          .close('server'),
        conversation(START + 12_000, { clientPort: 7 })
          .open()
          .reset('server'),
      ),
    );
    expect(factsOf(told, 'imap-greeting')).toEqual([
      { outcome: 'bye', text: 'Connection refused.', tookMs: 30 },
      { outcome: 'closed', text: null, tookMs: 30 },
    ]);
    expect(sessionsOf(told)).toMatchObject({ refused: 3, resets: { byClient: 0, byServer: 1 } });
    expect(sessionsOf(told)?.refusals[0]?.stage).toBe('greeting');
  });

  it('that is a hang-up in the middle of a login', () => {
    const told = read(login(START).s('* BYE Connection is closed. 14').close('server').packets);
    expect(factsOf(told, 'imap-login')).toMatchObject([
      { outcome: 'closed', status: 'BYE', text: 'Connection is closed. 14', mechanism: 'PLAIN' },
    ]);
  });
});

describe('a break', () => {
  it('names stage, command, mechanism, and who sent the reset', () => {
    const told = read(
      inTime(
        atWork(START).c('A3 IDLE').s('+ idling').reset('server'),
        login(START + 5000, { clientPort: 5 }).reset('client'),
      ),
    );
    expect(sessionsOf(told)?.breaks).toMatchObject([
      { stage: 'logged-in', command: 'IDLE', by: 'server', how: 'reset', count: 1 },
      { stage: 'login', command: 'AUTHENTICATE', mechanism: 'PLAIN', by: 'client', how: 'reset', count: 1 },
    ]);
    expect(sessionsOf(told)?.resets).toEqual({ byClient: 1, byServer: 1 });
  });
  it('is none after a farewell', () => {
    const told = read(atWork(START).c('A9 LOGOUT').s('* BYE bye').s('A9 OK').close('client').packets);
    expect(sessionsOf(told)?.breaks).toEqual([]);
  });
});

describe('a connection that does not come about', () => {
  it('is refused or unanswered', () => {
    const told = read(
      inTime(
        conversation(START).syn().reset('server'),
        conversation(START + 1000, { clientPort: 7 }).syn(),
        imap(START + 9000, { clientPort: 8 }),
      ),
    );
    expect(factsOf(told, 'tcp-connect')).toMatchObject([
      { outcome: 'refused', code: 'ECONNREFUSED', host: '10.4.3.90', port: 143, tookMs: 10 },
      { outcome: 'connected', tookMs: 10 },
      { outcome: 'timed-out', code: 'ETIMEDOUT' },
    ]);
    expect(sessionsOf(told)).toMatchObject({ sessions: 3, turnedAway: 1, unanswered: 1, mostOpen: 1 });
  });
  it('may still come about when the capture ends too soon', () => {
    expect(sessionsOf(read(conversation(START).syn().packets))).toMatchObject({ unanswered: 0 });
  });
});

describe('whatever it is written in', () => {
  const packets = (around: NonNullable<Ends>['around'] = {}, ends: Ends = {}) =>
    login(START, { ...ends, around }).s('A1 NO AUTHENTICATE failed.').packets;
  const REFUSED = [{ outcome: 'refused', mechanism: 'PLAIN', status: 'NO', text: 'AUTHENTICATE failed.' }];
  const links: Link[] = ['ethernet', 'vlan', 'cooked', 'cooked2', 'raw'];

  it.each(links)('it reads %s', link => {
    expect(factsOf(read(packets({ link }), link), 'imap-login')).toMatchObject(REFUSED);
    const six = { client: 'fd00::4:95', server: '2001:db8:0:1::90' };
    const told = read(packets({ link }, six), link);
    expect(factsOf(told, 'imap-login')).toMatchObject(REFUSED);
    expect(sessionsOf(told)).toMatchObject({ server: '2001:db8:0:1::90', clients: [{ address: 'fd00::4:95' }] });
  });
  it.each([
    ['little, micro', true, false],
    ['little, nano', true, true],
    ['big, micro', false, false],
    ['big, nano', false, true],
  ])('it reads pcap: %s', (_, little, nano) => {
    const told = readBytes(pcap, pcapFile(packets(), { little, nano }));
    expect(told.facts.find(({ kind }) => kind === 'imap-login')).toMatchObject({
      at: '2026-11-20T09:00:00.070Z',
      line: 8,
      body: REFUSED[0],
    });
  });
  it.each([true, false])(
    'it reads pcapng, little-endian %s: sections, interfaces, and each with its own clock',
    little => {
      const [first = [], second = []] = [packets({ link: 'raw' }), packets({ link: 'cooked' }, { clientPort: 9 })];
      const file = Buffer.concat([
        ngSection([{ atMs: START, bytes: Buffer.from('not TCP at all') }], { little: !little }),
        ngBlock(10, Buffer.from('TLS secrets, which nobody reads'), !little),
        ngSection([...first.map(packet => ({ ...packet, on: 1 })), ...second.map(packet => ({ ...packet, on: 2 }))], {
          little,
          interfaces: [
            { link: 1 },
            { link: 101, resolution: 9 },
            { link: 113, resolution: 128 + 10, offsetSec: 1_000_000 },
          ],
        }),
      ]);
      const told = readBytes(pcap, file, 11);
      expect(sessionsOf(told)).toMatchObject({ sessions: 2, refused: 2 });
      expect(sessionsOf(told)?.refusals.map(({ at }) => at?.slice(0, 21))).toEqual([
        '2026-11-20T09:00:00.0',
        '2026-11-20T09:00:00.0',
      ]);
      expect(told.unread).toEqual([]);
    },
  );
  it.each([1, 7, 4096])('it reads it in pieces of %i', size => {
    const file = pcapFile(packets());
    expect(readBytes(pcap, file, size)).toEqual(readBytes(pcap, file));
  });
  it('it steps over headers of IPv6, and names fragments', () => {
    const options = Buffer.from([60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0]);
    const six = { client: 'fd00::1', server: 'fd00::2' };
    expect(factsOf(read(packets({ extensions: options, firstExtension: 0 }, six)), 'imap-login')).toMatchObject(
      REFUSED,
    );
    const broken = Buffer.from([6, 0, 0, 1, 0, 0, 0, 9]);
    const told = read(packets({ extensions: broken, firstExtension: 44 }, six));
    expect(told.unread[0]).toEqual({ line: 1, why: expect.stringMatching(/fragment of an IPv6 packet/) });
    expect(read(packets({ fragment: 0x2000 })).unread[0]?.why).toMatch(/fragment of an IPv4 packet/);
    expect(factsOf(read(packets({ fragment: 0x4000 })), 'imap-login')).toMatchObject(REFUSED);
  });
  it('it names a link that it does not know', () => {
    expect(readBytes(pcap, pcapFile(packets(), { link: 105 })).unread[0]).toEqual({
      line: 1,
      why: expect.stringMatching(/link type 105/),
    });
  });
});

describe('putting packets in order', () => {
  const whole = atWork(START).c('A3 LOGOUT').s('* BYE bye').s('A3 OK LOGOUT completed.').close('server').packets;
  const judged = (packets: readonly Written[]) => {
    const told = read(packets);
    const { from, until, greeting, ...rest } = sessionsOf(told) ?? {};
    return { kinds: kindsOf(told), rest, unread: told.unread };
  };
  const expected = judged(whole);

  it('takes what comes twice once', () => expect(judged(whole.flatMap(packet => [packet, packet]))).toEqual(expected));
  it('takes a packet that comes late, wherever it stood', () => {
    for (let at = 3; at + 2 < whole.length - 3; at += 1) {
      const late = [
        ...whole.slice(0, at),
        ...whole.slice(at + 1, at + 2),
        whole[at] as Written,
        ...whole.slice(at + 2),
      ];
      const { kinds, rest } = judged(late);
      expect(kinds).toContain('imap-login accepted');
      expect(rest).toMatchObject({ missingBytes: 0, refused: 0, sessions: 1, breaks: [] });
    }
  });
  it('goes on behind 4 GB', () => {
    for (const back of [1, 30, 60, 75]) {
      const talk = atWork(START, { seqs: [2 ** 32 - back, 2 ** 32 - back] })
        .c('A3 LOGOUT')
        .s('* BYE bye')
        .s('A3 OK LOGOUT completed.')
        .close('server');
      expect(judged(talk.packets)).toEqual(expected);
    }
  });
  it('reads a word that comes in packets of one byte', () => {
    const talk = conversation(START).open();
    for (const sign of `${READY}\r\n`) talk.s(Buffer.from(sign));
    expect(factsOf(read(talk.packets), 'imap-greeting')).toMatchObject([{ outcome: 'ok', text: READY.slice(5) }]);
  });
  it('says what is lost, and goes on behind it', () => {
    const talk = atWork(START);
    const lost = talk.packets.length;
    talk.s('* 4 EXISTS');
    for (let at = 0; at < 12; at += 1) talk.c(`N${at} NOOP`).s(`N${at} OK NOOP completed.`);
    talk.c('B1 SELECT INBOX').s('B1 NO Server Unavailable. 15');
    const told = read(talk.packets.filter((_, at) => at !== lost));
    expect(sessionsOf(told)).toMatchObject({ missingBytes: 12, refusals: [{ text: 'Server Unavailable. 15' }] });
    expect(told.asks.map(({ says }) => says)).toEqual([expect.stringMatching(/without loss/)]);
  });
  it('says how to take another where it holds no mail, with lines for the places where they are typed', () => {
    const told = read([]);
    expect(told.asks.map(({ steps }) => pasted(steps))).toEqual([
      [
        'utils network capture file IMAPTrace count 100000 size ALL port 143',
        'file get activelog /platform/cli/IMAPTrace.cap',
        'netsh trace start capture=yes tracefile=C:\\mail.etl maxsize=512',
        'netsh trace stop',
        'etl2pcapng.exe C:\\mail.etl C:\\mail.pcapng',
      ],
    ]);
  });
  it('knows what a short capture has cut from each packet', () => {
    const cut = whole.map(({ atMs, bytes }) => ({ atMs, bytes: bytes.subarray(0, 60), wireBytes: bytes.length }));
    expect(sessionsOf(read(cut))?.missingBytes).toBeGreaterThan(100);
  });
  it('passes over what a message says', () => {
    const message = `From: x\r\nA9 NO AUTHENTICATE failed.\r\n* BYE gone\r\n`;
    const talk = atWork(START)
      .c('F1 FETCH 1 BODY[]')
      .s(Buffer.from(`* 1 FETCH (BODY[] {${message.length}}\r\n${message})\r\nF1 OK FETCH completed.\r\n`))
      .reset('server');
    expect(sessionsOf(read(talk.packets))).toMatchObject({
      refused: 0,
      refusals: [],
      breaks: [{ command: 'FETCH', how: 'reset' }],
    });
  });
});

describe('encryption', () => {
  it('hides what follows STARTTLS, and the session counts as one at work', () => {
    const hidden = Buffer.from([22, 3, 1, 0, 5, 65, 49, 32, 78, 79, 13, 10]);
    const talk = imap(START).c('A1 STARTTLS').s('A1 OK Begin TLS negotiation now.').c(hidden).s(hidden).close('client');
    const told = read(
      inTime(
        talk,
        conversation(START + 20, { clientPort: 9, serverPort: 993 })
          .open()
          .c(hidden),
      ),
    );
    expect(factsOf<CapturedSessions>(told, 'captured-sessions')).toMatchObject([
      { port: 143, encrypted: 1, refused: 0, breaks: [] },
      { port: 993, encrypted: 1, clients: [{ mostWorking: 1 }] },
    ]);
    expect(told.asks.map(({ says }) => says)).toEqual([expect.stringMatching(/behind the encryption/)]);
  });
});

describe('a handshake', () => {
  const record = (type: number, body: number[]) =>
    Buffer.from([type, 3, 1, body.length >> 8, body.length & 255, ...body]);
  /** A ServerHello of this version, with the extension that TLS 1.3 has. */
  const hello = (version: number[], extensions: number[] = []) =>
    record(22, [2, 0, 0, 70, ...version, ...Array(32).fill(7), 0, 0x13, 0x01, 0, 0, extensions.length, ...extensions]);
  const started = (ends: Ends = {}) =>
    imap(START, ends)
      .c('A1 STARTTLS')
      .s('A1 OK Begin TLS negotiation now.')
      .c(record(22, [1, 0, 0, 1, 9]));

  it.each<[string, ReturnType<typeof conversation>, object]>([
    [
      'TLS 1.2',
      started()
        .s(hello([3, 3]))
        .c(record(23, [1, 2, 3])),
      { outcome: 'established', how: 'starttls', protocol: 'TLSv1.2' },
    ],
    [
      'TLS 1.3',
      started()
        .s(hello([3, 3], [0, 43, 0, 2, 3, 4]))
        .c(record(23, [1, 2, 3])),
      { outcome: 'established', protocol: 'TLSv1.3' },
    ],
    [
      'TLS 1.0',
      started()
        .s(hello([3, 1]))
        .c(record(23, [1])),
      { outcome: 'established', protocol: 'TLSv1' },
    ],
    [
      'no version in common',
      started()
        .s(record(21, [2, 70]))
        .close('server'),
      { outcome: 'failed', protocol: null, text: 'alert protocol version (sent by the server)' },
    ],
    [
      'an authority that the client does not know',
      started()
        .s(hello([3, 3]))
        .c(record(21, [2, 48]))
        .close('client'),
      { outcome: 'failed', protocol: 'TLSv1.2', text: 'alert unknown ca (sent by the client)' },
    ],
    ['hung up', started().reset('server'), { outcome: 'closed', text: null }],
    [
      'on 993',
      conversation(START, { serverPort: 993 })
        .open()
        .c(record(22, [1, 0, 0, 1, 9]))
        .s(hello([3, 3]))
        .c(record(23, [1])),
      { outcome: 'established', how: 'tls' },
    ],
  ])('%s', (_, talk, expected) => {
    const told = read(talk.packets);
    expect(factsOf(told, 'tls-session')).toMatchObject([
      { leg: 'imap', certificate: null, onlyOld: false, ...expected },
    ]);
    for (const { kind, body } of told.facts) parseBody(kind, body as never);
  });
  it('hides what was slipped in behind the word that turned it on', () => {
    const talk = imap(START).c('A1 STARTTLS').s('A1 OK Begin TLS negotiation now.\r\nA1 NO AUTHENTICATE failed.');
    expect(sessionsOf(read(talk.packets))).toMatchObject({ encrypted: 1, refusals: [] });
  });
  it('that began before the capture says nothing', () => {
    const told = read(
      started()
        .s(hello([3, 3]))
        .c(record(23, [1]))
        .packets.slice(7),
    );
    expect(kindsOf(told)).toEqual(['captured-sessions']);
    expect(sessionsOf(told)).toMatchObject({ encrypted: 1 });
  });
});

describe('SMTP', () => {
  const greeted = (atMs: number, ends: Ends = {}) =>
    conversation(atMs, { serverPort: 587, ...ends })
      .open()
      .s('220 ex01.contoso.test Microsoft ESMTP MAIL Service ready');
  it('is heard from the banner to the refusal of a message', () => {
    const talk = greeted(START)
      .c('EHLO uccx')
      .s('250-ex01.contoso.test\r\n250-AUTH NTLM LOGIN\r\n250 SIZE 37748736')
      .c('AUTH LOGIN')
      .s('334 VXNlcm5hbWU6')
      .c(Buffer.from('dWNjeA==\r\n'))
      .s('334 UGFzc3dvcmQ6')
      .c(Buffer.from('Tm90LXRoZS1wYXNzd29yZA==\r\n'))
      .s('235 2.7.0 Authentication successful')
      .c('MAIL FROM:<uccx@contoso.test>')
      .s('421 4.4.2 Message submission rate for this client has exceeded the configured limit')
      .close('server');
    const told = read(talk.packets);
    expect(kindsOf(told)).toEqual([
      'tcp-connect connected',
      'smtp-banner greeted',
      'smtp-ehlo listed',
      'smtp-refusal',
      'smtp-login accepted',
      'captured-sessions',
    ]);
    expect(factsOf(told, 'smtp-ehlo')).toMatchObject([
      { when: 'plain', extensions: ['AUTH', 'SIZE'], auth: ['NTLM', 'LOGIN'] },
    ]);
    expect(factsOf(told, 'smtp-login')).toMatchObject([
      { outcome: 'accepted', mechanism: 'SASL-LOGIN', code: 235, enhanced: '2.7.0' },
    ]);
    expect(factsOf(told, 'smtp-refusal')).toMatchObject([
      { after: 'mail-from', code: 421, enhanced: '4.4.2', remote: '10.4.4.95' },
    ]);
    expect(sessionsOf(told, 'smtp')).toMatchObject({
      accounts: 1,
      breaks: [],
      refusals: [{ stage: 'later', command: 'MAIL' }],
    });
  });
  it('counts connections beside one that was turned away', () => {
    const full =
      '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel';
    const twenty = Array.from({ length: 20 }, (_, at) => greeted(START + at * 100, { clientPort: 3000 + at }));
    const told = read(
      inTime(
        ...twenty,
        conversation(START + 9000, { clientPort: 99, serverPort: 587 })
          .open()
          .s(full)
          .close('server'),
      ),
    );
    expect(sessionsOf(told, 'smtp')?.refusals).toMatchObject([
      { stage: 'greeting', beside: { ofClient: 20 }, text: full },
    ]);
    expect(factsOf(told, 'smtp-banner')).toMatchObject([
      { outcome: 'greeted' },
      { outcome: 'rejected', code: 421, enhanced: '4.3.2' },
    ]);
  });
  it('passes over what a message says', () => {
    const talk = greeted(START)
      .c('EHLO a')
      .s('250 hi')
      .c('DATA')
      .s('354 go on')
      .c('AUTH PLAIN AAAA\r\nQUIT')
      .c('..')
      .c('.')
      .s('250 2.6.0 Queued')
      .c('RSET')
      .s('250 ok')
      .reset('client');
    expect(sessionsOf(read(talk.packets), 'smtp')?.breaks).toMatchObject([{ command: 'RSET', by: 'client' }]);
  });
});

describe('notifications', () => {
  const ANSWER = 'HTTP/1.1 200 OK\r\nServer: Jetty(8.1.12.v20130726)\r\nContent-Length: 2\r\n\r\nOK';
  const post = (id: string, headers = '') =>
    `POST /NotificationService/services/NotificationService?id=${id}&pid=25672 HTTP/1.1\r\nHost: cuc\r\n${headers}Content-Length: 5\r\n\r\nhello`;
  const push = (atMs: number, clientPort: number, id = 'aaaa', headers = '') =>
    conversation(atMs, { client: '10.4.3.11', server: '10.4.5.7', serverPort: 7080, clientPort })
      .open()
      .c(Buffer.from(post(id, headers)));

  it('are counted by id, with what came between and what was not answered', () => {
    const told = read(
      inTime(
        push(START, 1).s(Buffer.from(ANSWER)).close('client'),
        push(START + 301_000, 2)
          .s(Buffer.from(ANSWER))
          .close('client'),
        push(
          START + 302_000,
          3,
          'bbbb',
          'Via: 1.1 squid\r\nCookie: JSESSIONID=secretcookie\r\nAuthorization: Basic dWNjeDpzZWNyZXQ=\r\n',
        )
          .s(Buffer.from('HTTP/1.1 503 Service Unavailable\r\nServer: squid\r\nContent-Length: 0\r\n\r\n'))
          .close('server'),
        push(START + 1_302_000, 4).close('client'),
      ),
    );
    expect(sessionsOf(told, 'notify')).toMatchObject({
      server: '10.4.5.7',
      port: 7080,
      sessions: 4,
      notifications: {
        posts: 4,
        ids: 2,
        statuses: [
          { status: 200, count: 2 },
          { status: 503, count: 1 },
        ],
        unanswered: 1,
        unsubscribed: 0,
        via: ['Via: 1.1 squid'],
        servers: ['Jetty(8.1.12.v20130726)', 'squid'],
        longestPauseMs: 1_001_000,
        pauses: { over330Sec: 0, over660Sec: 0, over900Sec: 1 },
      },
    });
    expect(factsOf(told, 'notify-http')).toMatchObject([
      { status: 200, server: 'Jetty(8.1.12.v20130726)', via: null, tookMs: 10 },
      { status: 503, server: 'squid' },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/secretcookie|dWNjeDpzZWNyZXQ|JSESSION/);
  });
  it('may come in one connection, in chunks, and be told to stop', () => {
    const talk = push(START, 1)
      .s(
        Buffer.from(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n<a>HTTP/1.1 500 no</a>\r\n1234\r\n0\r\n\r\n',
        ),
      )
      .c(Buffer.from(post('aaaa')))
      .s(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n<SubscriptionStatus>Unsubscribe</Subscription>`));
    expect(sessionsOf(read(talk.packets), 'notify')?.notifications).toMatchObject({
      posts: 2,
      unsubscribed: 1,
      statuses: [{ status: 200, count: 2 }],
    });
  });
});

describe('secrets', () => {
  const b64 = (words: string) => Buffer.from(words).toString('base64');
  const SECRET = /hunter2|aHVudGVy|uccxemail|eyJhbGci/i;
  it.each<[string, Written[]]>([
    ['LOGIN', imap(START).c('A1 LOGIN uccxemail hunter2').s('A1 NO LOGIN failed.').packets],
    [
      'LOGIN, quoted, and a server that repeats it',
      imap(START).c('A1 login "uccxemail" "hunter2 \\"x"').s('A1 NO no such login: uccxemail / hunter2 "x').packets,
    ],
    [
      'LOGIN with literals',
      imap(START)
        .c('A1 LOGIN {9}')
        .s('+ go on')
        .c(Buffer.from('uccxemail {7}\r\n'))
        .s('+ go on')
        .c(Buffer.from('hunter2\r\n'))
        .s('A1 NO LOGIN failed.').packets,
    ],
    [
      'LOGIN with literals that wait for nothing',
      imap(START).c(Buffer.from('A1 LOGIN {9+}\r\nuccxemail {7+}\r\nhunter2\r\n')).s('A1 NO LOGIN failed.').packets,
    ],
    [
      'PLAIN at once',
      imap(START)
        .c(`A1 AUTHENTICATE PLAIN ${b64('\0uccxemail\0hunter2')}`)
        .s('A1 NO AUTHENTICATE failed.').packets,
    ],
    [
      'PLAIN and a server that repeats it',
      imap(START)
        .c('A1 AUTHENTICATE PLAIN')
        .s('+')
        .c(b64('\0uccxemail\0hunter2'))
        .s(`A1 BAD what is ${b64('\0uccxemail\0hunter2')}?`).packets,
    ],
    [
      'XOAUTH2',
      imap(START)
        .c('A1 AUTHENTICATE XOAUTH2')
        .s('+')
        .c(b64('user=uccxemail\x01auth=Bearer eyJhbGci.hunter2\x01\x01'))
        .s('A1 NO AUTHENTICATE failed.').packets,
    ],
    [
      'an answer that nobody asked for',
      imap(START).c(b64('hunter2hunter2')).c('hunter2 hunter2 hunter2').s('x BAD hm').packets,
    ],
    [
      'SMTP AUTH PLAIN',
      conversation(START, { serverPort: 25 })
        .open()
        .s('220 hi')
        .c(`AUTH PLAIN ${b64('\0uccxemail\0hunter2')}`)
        .s('535 5.7.3 Authentication unsuccessful for uccxemail').packets,
    ],
    [
      'SMTP AUTH LOGIN',
      conversation(START, { serverPort: 25 })
        .open()
        .s('220 hi')
        .c(`AUTH LOGIN ${b64('uccxemail')}`)
        .s('334 UGFzc3dvcmQ6')
        .c(b64('hunter2'))
        .s('535 5.7.3 Authentication unsuccessful').packets,
    ],
    [
      'a capture that begins in the middle of a login',
      login(START, {}, b64('\0uccxemail\0hunter2')).s('A1 NO AUTHENTICATE failed.').packets.slice(6),
    ],
  ])('never leave: %s', (_, packets) => {
    const told = read(packets);
    expect(told.facts.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toMatch(SECRET);
  });
});

describe('what lies', () => {
  const good = login(START).s('A1 NO AUTHENTICATE failed.').packets;
  const bend = (file: Buffer, at: number, value: number): Buffer => {
    const bent = Buffer.from(file);
    bent.writeUInt32LE(value, at);
    return bent;
  };
  it.each<[string, Buffer, number, RegExp]>([
    ['a packet of 4 GB', bend(pcapFile(good), 24 + 8, 0xffffffff), 1, /packet 1 states 4294967295 bytes/],
    [
      'the second packet, of half a megabyte',
      bend(pcapFile(good), 24 + 16 + 54 + 8, 500_000),
      2,
      /packet 2 states 500000 bytes/,
    ],
    ['a block of no length', bend(ngSection(good), 28 + 24 + 4, 0), 1, /a length of 0 bytes/],
    ['a block of an odd length', bend(ngSection(good), 28 + 24 + 4, 33), 1, /a length of 33 bytes/],
    ['a block with two lengths', bend(ngSection(good), 28 + 24 + 4, 32), 1, /two different lengths/],
    [
      'a packet larger than its block',
      bend(ngSection(good), 28 + 24 + 20, 9999),
      1,
      /states 9999 bytes in a block that has room for/,
    ],
    [
      'an interface that nobody described',
      bend(ngSection(good), 28 + 24 + 8, 7),
      1,
      /interface that the file does not describe/,
    ],
    ['a file that breaks off', pcapFile(good).subarray(0, -3), good.length, /ends in the middle/],
    [
      'an IP length beyond the packet',
      pcapFile([
        {
          atMs: START,
          bytes: tcpPacket(
            { from: '1.1.1.1', to: '2.2.2.2', fromPort: 5, toPort: 143, seq: 1, ack: 0, flags: SYN },
            { totalLength: 20 },
          ),
        },
      ]),
      1,
      /headers state more/,
    ],
  ])('%s is named with its packet', (_, file, line, why) => {
    expect(readBytes(pcap, file).unread[0]).toEqual({ line, why: expect.stringMatching(why) });
  });

  it('tells what stood before the lie', () => {
    expect(factsOf(readBytes(pcap, pcapFile(good).subarray(0, -3)), 'imap-greeting')).toHaveLength(1);
  });
  it('is cut off anywhere, and bent anywhere, without a fall', () => {
    const small = conversation(START)
      .open()
      .s(READY)
      .c('A1 LOGIN a b')
      .s('A1 NO LOGIN failed.')
      .close('server').packets;
    for (const file of [pcapFile(small), ngSection(small)]) {
      for (let end = 0; end <= file.length; end += 5) readBytes(pcap, file.subarray(0, end));
      let seed = 20_261_121;
      const next = (below: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return (seed >>> 8) % below;
      };
      for (let round = 0; round < 60; round += 1) {
        const bent = Buffer.from(file);
        for (let flips = 1 + next(6); flips > 0; flips -= 1) bent[next(bent.length)] = next(256);
        const told = readBytes(pcap, bent, 1 + next(300));
        for (const { kind, body } of told.facts) parseBody(kind, body as never);
      }
    }
  });
  it('floods it with connections, and the oldest are given up and counted', () => {
    const flood = Array.from({ length: 9000 }, (_, at) => ({
      atMs: START + at,
      bytes: tcpPacket({
        from: `10.1.${at >> 8}.${at & 255}`,
        to: '10.4.3.90',
        fromPort: 1000,
        toPort: 143,
        seq: 1,
        ack: 1,
        flags: ACK,
        data: Buffer.from('x'),
      }),
    }));
    const told = read(flood);
    expect(sessionsOf(told)).toMatchObject({ sessions: 9000, dropped: 5120, clientsInAll: 9000 });
    expect(told.unread).toHaveLength(5120);
    expect(told.unread[0]).toEqual({ line: 1, why: expect.stringMatching(/given up/) });
  });
  it('holds back a byte, and what comes behind it is kept within bounds', () => {
    const opening = conversation(START).open().packets;
    const ahead = Array.from({ length: 400 }, (_, at) => ({
      atMs: START + 1000 + at,
      bytes: tcpPacket({
        from: '10.4.3.90',
        to: '10.4.4.95',
        fromPort: 143,
        toPort: 50_000,
        seq: 9002 + at * 1001,
        ack: 1001,
        flags: ACK,
        data: Buffer.alloc(1000, 'y'),
      }),
    }));
    expect(sessionsOf(read([...opening, ...ahead]))?.missingBytes).toBe(400);
  });
  it('is recognised by its first bytes only', () => {
    const sure = (bytes: Buffer) => pcap.recognises({ name: 'a.pcap', bytes });
    expect([pcapFile([]), pcapFile([], { little: false, nano: true }), ngSection([])].map(sure)).toEqual([1, 1, 1]);
    expect(
      [Buffer.alloc(0), Buffer.from('abc'), Buffer.from('\n\r\rtext'), Buffer.from('No.  Time')].map(sure),
    ).toEqual([0, 0, 0, 0]);
  });
});

describe('captures taken for real', () => {
  it.each(['loopback', 'loopback-cooked'])('%s: the fourth session of an account is refused while three work', name => {
    const told = readBytes(pcap, readFileSync(`test/fixtures/captures/${name}.pcap`));
    expect(sessionsOf(told)).toMatchObject({
      server: '127.0.0.77',
      sessions: 4,
      begun: 4,
      mostOpen: 4,
      mostOfOneAccount: 3,
      accounts: 1,
      refused: 1,
      refusals: [
        {
          client: '127.0.0.95',
          stage: 'login',
          mechanism: 'PLAIN',
          beside: { ofAccount: 3, ofClient: 3 },
          sameLoginAccepted: true,
        },
      ],
      breaks: [{ stage: 'logged-in', command: 'SELECT', by: 'client', how: 'reset', count: 1 }],
      missingBytes: 0,
    });
    expect(factsOf(told, 'tcp-connect')).toMatchObject([
      { leg: 'imap', outcome: 'connected' },
      { leg: 'notify', outcome: 'refused', port: 7080 },
    ]);
    expect(told.unread).toEqual([]);
    expect(JSON.stringify(told)).not.toMatch(/invented-for|uccxemail|AHVjY3/);
  });
});
