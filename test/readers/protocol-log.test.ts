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
