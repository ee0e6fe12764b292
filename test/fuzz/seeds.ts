import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { readers } from '../../src/readers/index.js';
import { evtxOf } from '../readers/evtx-writer.js';
import { conversation, inTime, ngSection, pcapFile } from '../readers/pcap-writer.js';
import { SECRET } from './plant.js';

/** Good files of one format, from which bad ones are made. */
export type Seeds = { reader: string; isText: boolean; files: readonly Buffer[] };

const FOLDER = 'test/fixtures';
const FOLDERS = ['captures', 'cuc', 'eventlog', 'ews', 'exchange', 'imap', 'jetty', 'smtp', 'uccx', 'wireshark'];

/** Seeds of every reader, and of archives, which no reader but the road itself unpacks. */
export const seedsOf = (): Seeds[] => {
  const files = [...fixtures(), ...written()];
  const each = readers.map(({ id, recognises }) => ({
    reader: id,
    isText: id !== 'pcap' && id !== 'evtx',
    files: files.filter(bytes => recognises({ name: 'x', bytes: bytes.subarray(0, 65_536) }) > 0),
  }));
  const without = each.find(one => one.files.length === 0);
  if (without) throw new Error(`no fixture is one of ${without.reader}: add a seed for it`);
  return [...each, { reader: 'archives', isText: false, files: archives(files) }];
};

const fixtures = (): Buffer[] =>
  FOLDERS.flatMap(folder => {
    const path = join(FOLDER, folder);
    return readdirSync(path)
      .filter(name => !/^README|cmdlet-reference/.test(name))
      .map(name => readFileSync(join(path, name)));
  });

const READY = '* OK The Microsoft Exchange IMAP4 service is ready.';
const START = Date.UTC(2026, 10, 20, 9);

const captures = (): Buffer[] => {
  const secret = Buffer.from(`\0uccxemail\0${SECRET}`).toString('base64');
  const imap = [0, 1, 2].map(at =>
    conversation(START + at * 500, { clientPort: 50_000 + at })
      .open()
      .s(READY)
      .c('A1 AUTHENTICATE PLAIN')
      .s('+')
      .c(secret)
      .s(at < 2 ? 'A1 OK AUTHENTICATE completed.' : 'A1 NO AUTHENTICATE failed.')
      .c(`A2 LOGIN uccxemail ${SECRET}`)
      .s('A2 BAD Command received in Invalid state.')
      .close('server'),
  );
  const smtp = conversation(START, { serverPort: 587 })
    .open()
    .s('220 ex01 Microsoft ESMTP MAIL Service ready')
    .c('EHLO uccx')
    .s('250-ex01 Hello\r\n250 AUTH LOGIN')
    .c('AUTH LOGIN')
    .s('334 VXNlcm5hbWU6')
    .c(Buffer.from('uccxemail').toString('base64'))
    .s('334 UGFzc3dvcmQ6')
    .c(Buffer.from(SECRET).toString('base64'))
    .s('535 5.7.3 Authentication unsuccessful')
    .reset('server');
  const notify = conversation(START, { client: '10.4.3.90', server: '10.4.9.1', serverPort: 7080 })
    .open()
    .c(
      'POST /NotificationService/services/NotificationService?id=ff5fbb79-e156-4444-aee7-488b3aca49f1&pid=1 HTTP/1.1\r\nHost: cuc:7080\r\nContent-Length: 4\r\n\r\n<a/>',
    )
    .s('HTTP/1.1 200 OK\r\nServer: Jetty(8.1)\r\nContent-Length: 2\r\n\r\nOK')
    .close('server');
  const all = inTime(...imap, smtp, notify);
  return [
    pcapFile(all),
    pcapFile(all, { little: false, nano: true }),
    ngSection(all),
    ngSection(all, { little: false }),
  ];
};

const written = (): Buffer[] => [
  ...captures(),
  evtxOf([
    event('MSExchangeIS', 9646, ['/o=First/cn=uccxemail', 'IMAP', '16', 'Session']),
    event('MSExchangeIMAP4', 1009, ['contoso\\uccxemail', '16']),
    event('MSExchange Web Services', 7, ['abc', 'http://cuc:7080/NotificationService', '5', 'Status: ConnectFailure']),
  ]),
  Buffer.from(
    [
      '#Software: Microsoft Exchange Server',
      '#Log-type: IMAP4 Log',
      '#Fields: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid',
      '2026-11-21T07:00:00.000Z,1,0,10.4.3.90:143,10.4.4.95:50000,,1,1,1,OpenSession,,,',
      '2026-11-21T07:00:01.000Z,1,1,10.4.3.90:143,10.4.4.95:50000,uccxemail,1,1,1,login,uccxemail,"R=""A1 NO AUTHENTICATE failed."";Msg=UserConnectionLimitReached",',
    ].join('\r\n'),
  ),
  Buffer.from(
    [
      '#Software: Microsoft Exchange Server',
      '#Log-type: SMTP Receive Protocol Log',
      '#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context',
      '2026-11-21T07:00:01.000Z,EX01\\Client Frontend EX01,A,1,10.4.3.90:587,10.4.3.20:50123,<,EHLO uccx1,',
      '2026-11-21T07:00:02.000Z,EX01\\Client Frontend EX01,A,2,10.4.3.90:587,10.4.3.20:50123,>,"421 4.4.2 Message submission rate for this client has exceeded the configured limit",',
    ].join('\r\n'),
  ),
  Buffer.from('[{"Server":"EX01","MaxConnectionsPerUser":16,"MaxConnections":2000,"LoginType":"SecureLogin"}]'),
  Buffer.from('#TYPE x\r\n"Server","MaxConnectionsPerUser"\r\n"EX01","16"\r\n"EX02","1,000"\r\n'),
  Buffer.from(
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.Imap4AdConfiguration</T></TN><Props><S N="Server">EX01</S><I32 N="MaxConnectionsPerUser">16</I32></Props></Obj></Objs>',
  ),
  Buffer.from(
    [
      'Log Name:      Application',
      'Source:        MSExchangeIMAP4',
      'Date:          6/29/2014 11:30:53 AM',
      'Event ID:      1009',
      'Level:         Warning',
      'Computer:      MBX01.contoso.test',
      'Description:',
      'Number of simultaneous connections made by user contoso\\uccxemail exceeded maximum (16).',
    ].join('\r\n'),
  ),
  Buffer.from('Server MaxConnectionsPerUser\r\n------ ---------------------\r\nEX01                      16\r\n'),
];
const event = (provider: string, id: number, data: readonly string[]) => ({
  provider,
  id,
  computer: 'MBX01',
  at: new Date(START),
  data,
});

const archives = (files: readonly Buffer[]): Buffer[] => {
  const small = files.filter(({ length }) => length < 3000).slice(0, 6);
  const named = Object.fromEntries(small.map((bytes, at) => [`../${at}/x.log`, new Uint8Array(bytes)]));
  const zip = Buffer.from(zipSync(named));
  return [
    zip,
    Buffer.from(
      zipSync({ 'in.zip': new Uint8Array(zip), 'a/': strToU8(''), 'stored.txt': [strToU8('x'), { level: 0 }] }),
    ),
    ...small.map(bytes => gzipSync(bytes)),
    gzipSync(zip),
    gzipSync(Buffer.alloc(100_000)),
    Buffer.from(zipSync({ 'zeros.log': new Uint8Array(100_000) })),
  ];
};
