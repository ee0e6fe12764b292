import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readers } from '../../src/readers/index.js';
import { archives, captures, eventLogs, type Framed } from './frames.js';

/** A good text, line by line, each byte as one sign. */
export type Text = { lines: readonly string[] };
/** Good files of one format, from which bad ones are made. */
export type Seeds = { reader: string } & (
  | { are: 'text'; files: readonly Text[] }
  | { are: 'parts'; files: readonly Framed[] }
);

const FOLDER = 'test/fixtures';
const FOLDERS = ['captures', 'cuc', 'eventlog', 'ews', 'exchange', 'imap', 'jetty', 'smtp', 'uccx', 'wireshark'];

/** Seeds of every reader, and of archives, which no reader but the road itself unpacks. */
export const seedsOf = (): Seeds[] => {
  const files = [...fixtures(), ...written()];
  const filesOf = (id: string): Buffer[] => {
    const reader = readers.find(each => each.id === id);
    const known = files.filter(bytes => (reader?.recognises({ name: 'x', bytes: bytes.subarray(0, 65_536) }) ?? 0) > 0);
    if (known.length === 0) throw new Error(`no fixture is one of ${id}: add a seed for it`);
    return known;
  };
  return [
    ...readers.map(({ id }): Seeds => {
      if (id === 'pcap') return { reader: id, are: 'parts', files: captures(filesOf(id)) };
      if (id === 'evtx') return { reader: id, are: 'parts', files: eventLogs() };
      return { reader: id, are: 'text', files: filesOf(id).map(textOf) };
    }),
    { reader: 'archives', are: 'parts', files: archives(files) },
  ];
};

const textOf = (bytes: Buffer): Text => ({ lines: bytes.toString('latin1').split(/\r?\n/) });
const fixtures = (): Buffer[] =>
  FOLDERS.flatMap(folder => {
    const path = join(FOLDER, folder);
    return readdirSync(path)
      .filter(name => !/^README|cmdlet-reference/.test(name))
      .map(name => readFileSync(join(path, name)));
  });

/** What no fixture shows. */
const written = (): Buffer[] => [
  Buffer.from(
    [
      'admin:show open ports regexp 7080',
      'Executing.. please wait.',
      'jetty     14655    jetty  117u  IPv6             117863      0t0  TCP *:7080 (LISTEN)',
      'admin:utils ntp status',
      'Current time in UTC is : Sun Jun 29 16:05:00 UTC 2014',
      'admin:run cuc dbquery unitydyndb select * from tbl_exsubscription',
      '',
      'subscriptionid                       timestamputc               subscriberexternalservicemapobjectid',
      '------------------------------------ -------------------------- ------------------------------------',
      '0a37d81c-bc62-47b3-a3d9-30b3c7384211 2014-06-29 16:00:45.775000 0b163c0f-74b5-4982-99c1-144cd23df0a4',
      '',
      'admin:',
    ].join('\r\n'),
  ),
  Buffer.from(
    [
      'Level,Date and Time,Source,Event ID,Task Category',
      'Warning,6/29/2014 11:30:53 AM,MSExchangeIMAP4,1009,General,Number of simultaneous connections made by user contoso\\uccxemail exceeded maximum (16).',
      'Error,6/29/2014 11:31:53 AM,MSExchangeIS,9646,General,"Mapi session ""/o=Contoso/cn=uccxemail"" exceeded the maximum of 16 objects of type ""session""."',
    ].join('\r\n'),
  ),
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
