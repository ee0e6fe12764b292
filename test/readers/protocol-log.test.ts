import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { bodiesOf, readWith } from './read-with.js';

const read = (text: string) => readWith(readers, 'x.log', text);
const RECEIVE = [
  '#Software: Microsoft Exchange Server',
  '#Version: 15.0.0.0',
  '#Log-type: SMTP Receive Protocol Log',
  '#Date: 2026-11-21T07:00:00.000Z',
  '#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context',
];
const line = (time: string, session: string, event: string, data: string, remote = '10.4.3.20:50123') =>
  `2026-11-21T07:${time}.000Z,EX01\\Client Frontend EX01,${session},1,10.4.3.90:587,${remote},${event},${data},`;

describe('the protocol log of a receive connector', () => {
  it('tells who was refused what, at which connector, and how often', async () => {
    const file = await read(
      [
        ...RECEIVE,
        line('00:01', 'A', '+', ''),
        line('00:01', 'A', '>', '220 EX01 Microsoft ESMTP MAIL Service ready'),
        line('00:02', 'A', '<', 'EHLO uccx1'),
        line('00:02', 'B', '<', 'EHLO other', '[::1]:7'),
        line('00:03', 'A', '<', 'MAIL FROM:<uccxemail@contoso.test>'),
        line(
          '00:03',
          'A',
          '>',
          '"421 4.4.2 Message submission rate for this client has exceeded the configured limit"',
        ),
        line('00:09', 'C', '<', 'MAIL FROM:<uccxemail@contoso.test>'),
        line('00:09', 'C', '>', '421 4.4.2 Message submission rate for this client has exceeded the configured limit'),
        line(
          '00:10',
          'D',
          '>',
          '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit',
        ),
      ].join('\r\n'),
    );
    const common = { connector: 'EX01\\Client Frontend EX01', remote: '10.4.3.20', code: 421 };
    expect(bodiesOf(file, 'smtp-refusal')).toMatchObject([
      { ...common, after: 'mail-from', enhanced: '4.4.2', times: 2 },
      { ...common, after: 'connect', enhanced: '4.3.2', times: 1 },
    ]);
    expect(file.facts).toMatchObject([{ at: '2026-11-21T07:00:09.000Z' }, { at: '2026-11-21T07:00:10.000Z' }]);
    expect(file.file.says).toMatch(/protocol log of a receive connector/);
  });

  it('keeps nothing of what a client sent behind AUTH', async () => {
    const file = await read(
      [
        ...RECEIVE,
        line('00:01', 'A', '<', 'AUTH LOGIN'),
        line('00:01', 'A', '<', 'UGFzc3dvcmQx'),
        line('00:02', 'A', '>', '535 5.7.3 Authentication unsuccessful'),
      ].join('\n'),
    );
    expect(bodiesOf(file, 'smtp-refusal')).toMatchObject([{ after: 'auth', code: 535, enhanced: '5.7.3' }]);
    expect(JSON.stringify(file)).not.toContain('UGFzc3dvcmQx');
  });
});

describe('the protocol log of IMAP4', () => {
  const FIELDS =
    '#Software: Microsoft Exchange Server\n#Log-type: IMAP4 Log\n#Fields: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid';
  const login = (user: string, context: string, minute = '00') =>
    `2026-11-21T07:${minute}:00.000Z,0000000000000001,2,10.4.3.90:143,10.4.3.21:50001,${user},15,30,20,authenticate,PLAIN,${context},`;

  it('tells whose connections were refused', async () => {
    const file = await read(
      [
        FIELDS,
        login('uccxemail', '"R=ok"'),
        login('uccxemail', 'R="NO AUTHENTICATE failed.";Msg=UserConnectionLimitReached', '01'),
        login('uccxemail', 'Msg=UserConnectionLimitReached', '02'),
      ].join('\n'),
    );
    expect(bodiesOf(file, 'exchange-event')).toMatchObject([
      {
        about: 'imap-per-user',
        id: null,
        subject: 'uccxemail',
        limit: null,
        times: 2,
        last: '2026-11-21T07:02:00.000Z',
        utc: true,
      },
    ]);
  });

  it('says nothing where nobody was refused', async () =>
    expect((await read(`${FIELDS}\n${login('uccxemail', 'R=ok')}`)).facts).toEqual([]));
});

describe('a recorded conversation', () => {
  it('tells after what it broke, and forgets what the client answered', async () => {
    const file = await read(
      [
        'S: 220 ex01 ready',
        'C: EHLO x',
        'S: 250 OK',
        'C: AUTH LOGIN',
        'S: 334 VXNlcm5hbWU6',
        'C: dXNlcjEyMw==',
        'S: 535 5.7.3 Authentication unsuccessful',
      ].join('\r\n'),
    );
    expect(bodiesOf(file, 'smtp-refusal')).toMatchObject([{ after: 'auth', code: 535, enhanced: '5.7.3' }]);
    expect(JSON.stringify(file)).not.toContain('dXNlcjEyMw');
  });

  it('leaves one of IMAP to others', async () =>
    expect(
      (await read('S: * OK ready\nC: a login x y\nS: a NO LOGIN failed.')).facts.map(({ kind }) => kind),
    ).not.toContain('smtp-refusal'));
});

describe('a piece of a protocol log, without the names of its fields', () => {
  const imap = (user: string, rest: string, port = 143) =>
    `2026-11-21T07:00:00.000Z,0000000000000001,2,10.4.3.90:${port},10.4.3.21:50001,${user},15,30,20,${rest},`;
  const refused = 'login,uccxemail *****,"R=""A1 NO LOGIN failed."";Msg=UserConnectionLimitReached:16"';

  it('is read by what stands where', async () => {
    const smtp = [
      'ient Frontend EX01,A,2,10.4.3.90:587,10.4.3.20:50123,<,EHLO uccx1,',
      line('00:03', '08DE1F2A3B4C5D6E', '<', 'MAIL FROM:<uccxemail@contoso.test>'),
      line('00:03', '08DE1F2A3B4C5D6E', '>', '421 4.4.2 Message submission rate for this client has exceeded'),
      '2026-11-21T07:00:04.000Z,EX01\\Client Fro',
    ].join('\n');
    expect(bodiesOf(await read(smtp), 'smtp-refusal')).toMatchObject([{ after: 'mail-from', remote: '10.4.3.20' }]);
    expect(bodiesOf(await read(`${imap('uccxemail', refused)}\n`), 'exchange-event')).toMatchObject([
      { about: 'imap-per-user', subject: 'uccxemail', first: '2026-11-21T07:00:00.000Z' },
    ]);
  });

  it.each([
    ['a log of POP3', imap('uccxemail', refused, 110)],
    [
      'a log of POP3 with its names',
      `#Log-type: POP3 Log\n#Fields: dateTime,sessionId,rqsize\n${imap('u', refused, 110)}`,
    ],
    [
      'a log of what Exchange sends',
      '2026-11-21T07:00:00.000Z,To Internet,08DE1F2A3B4C5D6E,3,10.4.3.90:50123,192.0.2.25:25,<,421 4.4.2 rate exceeded,',
    ],
    ['a word that a person searched for', imap('uccxemail', 'search,SUBJECT UserConnectionLimitReached,R=ok')],
  ])('%s tells nothing of it', async (_, text) => expect((await read(`${text}\n`)).facts).toEqual([]));
});

describe('a conversation by hand over SMTP', () => {
  const window = (...lines: string[]) =>
    ['Trying 10.4.3.90...', "Escape character is '^]'.", ...lines, ''].join('\r\n');
  const PER_SOURCE =
    '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel';
  const READY = '220 EX01.contoso.test Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 07:00:00 +0000';
  it.each<[string, string, object[]]>([
    ['refused at once', window(PER_SOURCE), [{ after: 'connect', code: 421 }]],
    [
      'in a window of telnet, with a word that was mistyped',
      window(
        READY,
        'ehol\b\blo me',
        '250 EX01',
        'mail from:<a@contoso.test>',
        '530 5.7.57 SMTP; Client was not authenticated',
      ),
      [{ after: 'mail-from', code: 530, enhanced: '5.7.57' }],
    ],
    [
      'in a window of openssl',
      window(
        '250 XSHADOWREQUEST',
        'ehlo me',
        '250 SMTPUTF8',
        'AUTH LOGIN',
        '334 VXNl',
        'dWNjeA==',
        '334 UGFz',
        'aHVudGVyMg==',
        '535 5.7.3 Authentication unsuccessful',
      ),
      [{ after: 'auth', code: 535 }],
    ],
    [
      'as a followed stream',
      [
        READY,
        'EHLO uccx1',
        '250 AUTH LOGIN',
        'MAIL FROM:<a@contoso.test>',
        '451 4.7.0 Temporary server error. Please try again later. PRX5',
        'QUIT',
        '',
      ].join('\r\n'),
      [{ after: 'mail-from', code: 451 }],
    ],
    [
      'quoted by mail',
      window(
        READY,
        'EHLO x',
        '250 a',
        'MAIL FROM:<a@contoso.test>',
        '452 4.3.1 Insufficient system resources',
      ).replaceAll(/^/gm, '> '),
      [{ after: 'mail-from', code: 452 }],
    ],
  ])('%s', async (_, text, seen) => {
    const file = await read(text);
    expect(file.file.reader).toBe('smtp-transcript');
    expect(bodiesOf(file, 'smtp-refusal')).toMatchObject(seen);
    expect(JSON.stringify(file)).not.toMatch(/aHVudGVyMg|dWNjeA/);
  });
});
