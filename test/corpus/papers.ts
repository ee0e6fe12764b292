import { conversation, inTime, pcapFile } from '../readers/pcap-writer.js';

/*
 * What people collect, as the machines write it: words and shapes of the fixtures, with times and names of a made contact centre. Each is
 * made of the fault and of nothing that a rule says.
 */
export type Paper = { name: string; text: string | Buffer };

/** When somebody reads it. */
export const READ_AT = '2026-11-21T08:00:00.000Z';
const MINUTE_MS = 60_000;
const before = (minutes: number): Date => new Date(Date.parse(READ_AT) - minutes * MINUTE_MS);
const two = (number: number): string => String(number).padStart(2, '0');

export type WrittenEvent = {
  provider: string;
  id: number;
  message: string;
  data?: readonly string[];
  minutesAgo?: number;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `wevtutil qe Application /f:xml`, and `Get-WinEvent` behind which somebody put `ToXml()`: times in UTC. */
export const eventXml = (...events: readonly WrittenEvent[]): Paper => ({
  name: 'events.xml',
  text: `<Events>${events
    .map(
      ({ provider, id, message, data = [], minutesAgo = 30 }, at) =>
        `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}'/><EventID Qualifiers='49158'>${id}</EventID><Level>3</Level><TimeCreated SystemTime='${before(minutesAgo).toISOString()}'/><EventRecordID>${126_268 + at}</EventRecordID><Channel>Application</Channel><Computer>EX01.contoso.test</Computer></System><EventData>${data.map(item => `<Data>${escaped(item)}</Data>`).join('')}</EventData><RenderingInfo Culture='en-US'><Message>${escaped(message)}</Message></RenderingInfo></Event>`,
    )
    .join('\n')}</Events>`,
});

/** `Get-WinEvent … | Format-List`, in the time of the machine. */
export const eventList = (...events: readonly WrittenEvent[]): Paper => ({
  name: 'events.txt',
  text: events
    .map(({ provider, id, message, minutesAgo = 30 }) => {
      const at = before(minutesAgo);
      const hour = at.getUTCHours() % 12 || 12;
      const clock = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${hour}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;
      return `TimeCreated  : ${clock}\r\nProviderName : ${provider}\r\nId           : ${id}\r\nMessage      : ${message}\r\n`;
    })
    .join('\r\n'),
});

/** The protocol log of IMAP4: one line for a login, with what became of it. */
export const imapLog = (logins: readonly { user: string; context: string; minutesAgo?: number }[]): Paper => ({
  name: 'IMAP4BE20261121-1.LOG',
  text: [
    '#Software: Microsoft Exchange Server',
    '#Version: 15.0.0.0',
    '#Log-type: IMAP4 Log',
    '#Fields: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid',
    ...logins.map(
      ({ user, context, minutesAgo = 30 }, at) =>
        `${before(minutesAgo).toISOString()},00000000000000${two(at)},2,10.4.3.90:143,10.4.3.21:5000${at % 10},${user},15,30,20,authenticate,PLAIN,"${context}",`,
    ),
  ].join('\r\n'),
});

type Said = { from?: string; connector?: string; client: string; server: string; minutesAgo?: number };
/** The protocol log of a receive connector. */
export const receiveLog = (talks: readonly Said[]): Paper => ({
  name: 'RECV20261121-1.LOG',
  text: [
    '#Software: Microsoft Exchange Server',
    '#Version: 15.0.0.0',
    '#Log-type: SMTP Receive Protocol Log',
    '#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context',
    ...talks.flatMap(
      ({ from = '10.4.3.20', connector = 'Client Frontend EX01', client, server, minutesAgo = 30 }, at) =>
        [
          ['<', client],
          ['>', server],
        ]
          .filter(([, words]) => words !== '')
          .map(
            ([event, words]) =>
              `${before(minutesAgo).toISOString()},EX01\\${connector},08D${two(at)},1,10.4.3.90:587,${from}:5012${at % 10},${event},"${words}",`,
          ),
    ),
  ].join('\r\n'),
});

export type Beat = {
  id: string;
  /** From so many minutes before the reading until so many. */
  from: number;
  until: number;
  everySec?: number;
  answer?: string;
  sender?: string;
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The access log of Connection Jetty: a keep-alive of each subscription every five minutes. */
export const jettyLog = (beats: readonly Beat[], others: readonly string[] = []): Paper => {
  const lines = beats.flatMap(({ id, from, until, everySec = 300, answer = '200 343', sender = '10.4.3.11' }) => {
    const count = Math.floor(((from - until) * 60) / everySec);
    return Array.from({ length: count + 1 }, (_, at) => {
      const time = new Date(before(from).getTime() + at * everySec * 1000);
      return {
        time,
        line: requestLine(
          sender,
          time,
          `POST /NotificationService/services/NotificationService?id=${id}&pid=25672`,
          answer,
        ),
      };
    });
  });
  const sorted = lines.sort((a, b) => a.time.getTime() - b.time.getTime()).map(({ line }) => line);
  return { name: 'jetty_access.log', text: [...others, ...sorted].join('\n') };
};
export const requestLine = (sender: string, time: Date, request: string, answer: string): string =>
  `${sender} - - [${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000] "${request} HTTP/1.1" ${answer}`;
export const minutesBefore = before;

type Call = { is: 'ok' } | { is: 'failed'; error: string; status: number; url?: string } | { is: 'code'; code: string };
const HOST = 'ex01.contoso.test';
const EWS = `for ews URL: https://${HOST}/EWS/Exchange.ASMX`;
/** `diag_CuMbxSync_*.uc`; each call is of another user. */
export const syncLog = (calls: readonly Call[]): Paper => ({
  name: 'diag_CuMbxSync_00000012.uc',
  text: calls
    .map((call, at) => {
      const head = `01:${two(10 + (at % 50))}:20.300 |6549,${HOST},{0b163c0f-74b5-4982-99c1-144cd23d${(0x1000 + at).toString(16)}},CsEws,`;
      if (call.is === 'ok')
        return `${head}13,[CsEws/CsEwsMbxClient.cpp:1190]: HTTP Status code: 200, ${EWS}, verb: POST`;
      if (call.is === 'code')
        return `${head}11,[CsEws/CsEwsMbxClient.cpp:1201]: EWS response code: ${call.code}, The request was refused.`;
      return `${head}10,[CsEws/CsEwsMbxClient.cpp:1173]: HTTP request failed with error: ${call.error}, HTTP status code: ${call.status}, ${call.url ?? EWS}, verb: POST, query: `;
    })
    .join('\n'),
});

/** `tbl_exsubscription`, with the time at which it was asked for. */
export const subscriptionTable = (agesMin: readonly number[]): Paper => ({
  name: 'tbl_exsubscription.txt',
  text: [
    `# queried at ${READ_AT.slice(0, 10)} 08:00:00 UTC (show status / utils ntp status on the CUC node)`,
    'admin:run cuc dbquery unitydyndb select first 100 * from tbl_exsubscription',
    '',
    'subscriptionid                       timestamputc               subscriberexternalservicemapobjectid',
    '------------------------------------ -------------------------- ------------------------------------',
    ...agesMin.map((age, at) => {
      const time = before(age).toISOString();
      return `${idOf(at)} ${time.slice(0, 10)} ${time.slice(11, 23)}000 0b163c0f-74b5-4982-99c1-144cd23d${(0x1000 + at).toString(16)}`;
    }),
    '',
    'admin:',
  ].join('\r\n'),
});
export const idOf = (at: number): string => `0a37d81c-bc62-47b3-a3d9-30b3c738${(0x4000 + at).toString(16)}`;

export const openPorts = (lines: readonly string[]): Paper => ({
  name: 'show-open-ports.txt',
  text: ['admin:show open ports regexp 7080', 'Executing.. please wait.', ...lines, 'admin:'].join('\r\n'),
});
export const JETTY_LISTENS = 'jetty     14655    jetty  117u  IPv6             117863      0t0  TCP *:7080 (LISTEN)';

/** A login over IMAP as it stands in a capture, before which so many seconds went by. */
const login = (at: number, { user, password, is }: { user: string; password: string; is: 'OK' | 'NO' }) =>
  conversation(Date.parse(READ_AT) - 30 * MINUTE_MS + at * 1000, {
    client: `10.4.4.${50 + at}`,
    clientPort: 50_000 + at,
  })
    .open()
    .s('* OK The Microsoft Exchange IMAP4 service is ready.')
    .c('A1 AUTHENTICATE PLAIN')
    .s('+')
    .c(Buffer.from(`\0${user}\0${password}`).toString('base64'))
    .s(is === 'OK' ? 'A1 OK AUTHENTICATE completed.' : 'A1 NO AUTHENTICATE failed.');

/** A packet capture on the way to Exchange: sessions that stay, and then those that are refused. */
export const imapCapture = (working: number, ...refused: { user: string; password: string }[]): Paper => ({
  name: 'imap.pcap',
  text: pcapFile(
    inTime(
      ...Array.from({ length: working }, (_, at) => login(at, { user: 'uccxemail', password: 'one', is: 'OK' })),
      ...refused.map((who, at) => login(working + at, { ...who, is: 'NO' }).close('server')),
    ),
  ),
});

/** First packets to the notification port that nobody answers. */
export const unansweredCapture = (count: number): Paper => ({
  name: 'port7080.pcap',
  text: pcapFile(
    inTime(
      ...Array.from({ length: count }, (_, at) =>
        conversation(Date.parse(READ_AT) - 60 * MINUTE_MS + at * 300_000, {
          client: '10.4.3.11',
          server: '10.93.132.92',
          clientPort: 50_000 + at,
          serverPort: 7080,
        }).syn(),
      ),
    ),
  ),
});

export const talk = (name: string, text: string): Paper => ({ name, text: text.trimStart() });
