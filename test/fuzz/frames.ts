import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { evtxOf } from '../readers/evtx-writer.js';
import { conversation, inTime, ngSection, pcapFile, type Written } from '../readers/pcap-writer.js';
import { LOGIN, PLAIN, SECRET, USER } from './plant.js';

/** A piece of a file, as its format parts it. From `from` to `to` it may hold anything, and what follows it is found all the same. */
export type Part = { bytes: Buffer; from: number; to: number };
/** `secret` are pieces of the same format that carry one, and in which nothing may be spoilt. */
export type Framed = { parts: readonly Part[]; secret: readonly Part[] };

const START = Date.UTC(2026, 10, 20, 9);
const READY = '* OK The Microsoft Exchange IMAP4 service is ready.';

/** Captures of every kind of conversation, in both formats and byte orders, and those that others have taken. */
export const captures = (taken: readonly Buffer[]): Framed[] => {
  const talks = conversations();
  const written = talks.flatMap(talk =>
    hiding().flatMap(({ packets }) =>
      WRITERS.map(write => ({ parts: packetsIn(write(talk)), secret: packetsIn(write(packets)).filter(isPacket) })),
    ),
  );
  return [...written, ...taken.map(bytes => ({ parts: packetsIn(bytes), secret: [] }))];
};

const WRITERS: readonly ((packets: readonly Written[]) => Buffer)[] = [
  packets => pcapFile(packets),
  packets => pcapFile(packets, { little: false, nano: true }),
  packets => ngSection(packets),
  packets => ngSection(packets, { little: false }),
];

const conversations = (): Written[][] => {
  const imap = [0, 1, 2].map(at =>
    conversation(START + at * 500, { clientPort: 50_000 + at })
      .open()
      .s(READY)
      .c('A1 AUTHENTICATE NTLM')
      .s(at < 2 ? 'A1 OK AUTHENTICATE completed.' : 'A1 NO AUTHENTICATE failed.')
      .c('A2 SELECT INBOX')
      .s('* 3 EXISTS\r\nA2 OK [READ-WRITE] SELECT completed.')
      .close('server'),
  );
  const smtp = conversation(START, { serverPort: 587 })
    .open()
    .s('220 ex01 Microsoft ESMTP MAIL Service ready')
    .c('EHLO uccx')
    .s('250-ex01 Hello\r\n250 AUTH LOGIN')
    .c('MAIL FROM:<a@contoso.test>')
    .s('421 4.4.2 Message submission rate for this client has exceeded the configured limit')
    .reset('server');
  const six = conversation(START, { client: 'fe80::1', server: 'fe80::2', around: { link: 'vlan' } })
    .open()
    .s(READY)
    .c('A1 STARTTLS')
    .s('A1 OK Begin TLS negotiation now.')
    .c(Buffer.from('16030100050100000100', 'hex'))
    .s(Buffer.from('15030300020228', 'hex'))
    .close('client');
  const notify = conversation(START, { client: '10.4.3.90', server: '10.4.9.1', serverPort: 7080 })
    .open()
    .c(
      'POST /NotificationService/services/NotificationService?id=ff5fbb79-e156-4444-aee7-488b3aca49f1&pid=1 HTTP/1.1\r\nHost: cuc:7080\r\nContent-Length: 4\r\n\r\n<a/>',
    )
    .s('HTTP/1.1 200 OK\r\nServer: Jetty(8.1)\r\nContent-Length: 2\r\n\r\nOK')
    .close('server');
  return [inTime(...imap), smtp.packets, six.packets, notify.packets];
};

/** On ports of their own, so that nothing that is spoilt beside them becomes a part of them. */
const hiding = () => [
  conversation(START, { clientPort: 61_000 })
    .open()
    .s(READY)
    .c('A1 AUTHENTICATE PLAIN')
    .s('+')
    .c(PLAIN)
    .s('A1 NO AUTHENTICATE failed.')
    .c(`A2 LOGIN ${USER} ${SECRET}`)
    .s('A2 BAD Command received in Invalid state.')
    .close('server'),
  conversation(START, { clientPort: 61_001, serverPort: 587 })
    .open()
    .s('220 ex01 Microsoft ESMTP MAIL Service ready')
    .c('EHLO uccx')
    .s('250-ex01 Hello\r\n250 AUTH LOGIN')
    .c('AUTH LOGIN')
    .s('334 VXNlcm5hbWU6')
    .c(LOGIN.user)
    .s('334 UGFzc3dvcmQ6')
    .c(LOGIN.password)
    .s('535 5.7.3 Authentication unsuccessful')
    .reset('server'),
];

/** A header for itself, then each packet or block for itself. */
const packetsIn = (bytes: Buffer): Part[] => {
  const isNg = bytes.readUInt32BE(0) === 0x0a0d0d0a;
  const isLittle = isNg ? bytes[8] === 0x4d : bytes[0] === 0xd4 || bytes[0] === 0x4d;
  const size = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const parts: Part[] = [];
  if (!isNg) parts.push(whole(bytes.subarray(0, 24)));
  for (let at = isNg ? 0 : 24; at < bytes.length; ) {
    const end = at + (isNg ? size(at + 4) : 16 + size(at + 8));
    const part = bytes.subarray(at, end);
    if (!isNg) parts.push({ bytes: part, from: 16, to: part.length });
    else if (size(at) === 6) parts.push({ bytes: part, from: 28, to: part.length - 4 });
    else parts.push(whole(part));
    at = end;
  }
  return parts;
};
const isPacket = ({ from }: Part): boolean => from > 0;
/** What may not be spoilt if anything behind it is to be found. */
const whole = (bytes: Buffer): Part => ({ bytes, from: 0, to: 0 });
const free = (bytes: Buffer): Part => ({ bytes, from: 0, to: bytes.length });

/** Event logs, record by record; one with the zeros that fill its last chunk, the others without, for they cost the most time. */
export const eventLogs = (): Framed[] => {
  const log = evtxOf([
    event('MSExchangeIS', 9646, ['/o=First/cn=uccxemail', 'IMAP', '16', 'Session']),
    event('MSExchangeIMAP4', 1009, ['contoso\\uccxemail', '16']),
    event('MSExchange Web Services', 7, ['abc', 'http://cuc:7080/NotificationService', '5', 'Status: ConnectFailure']),
  ]);
  const parts = [whole(log.subarray(0, 4096)), whole(log.subarray(4096, 4608))];
  let at = 4608;
  for (; log.readUInt32LE(at) === 0x2a2a; at += log.readUInt32LE(at + 4))
    parts.push({ ...free(log.subarray(at, at + log.readUInt32LE(at + 4))), from: 8 });
  const short: Framed = { parts, secret: [] };
  const two: Framed = { parts: [...parts, whole(log.subarray(at)), ...parts.slice(1)], secret: [] };
  return [...Array<Framed>(15).fill(short), two];
};
const event = (provider: string, id: number, data: readonly string[]) => ({
  provider,
  id,
  computer: 'MBX01',
  at: new Date(START),
  data,
});

/** Archives of small files: whole entries of a zip, and what heads and ends them and gzip data. */
export const archives = (files: readonly Buffer[]): Framed[] => {
  const small = files.filter(({ length }) => length < 700).slice(0, 8);
  const pairs = small.map((bytes, at) => ({ [`../${at}/x.log`]: new Uint8Array(bytes), 'b.txt': strToU8('x') }));
  const zips = pairs.map(files => Buffer.from(zipSync(files)));
  const nested = Buffer.from(
    zipSync({
      'in.zip': new Uint8Array(zips[0] as Buffer),
      'a/': strToU8(''),
      'stored.txt': [strToU8('x'), { level: 0 }],
    }),
  );
  const zeros = new Uint8Array(30_000);
  return [
    ...[...zips, nested, Buffer.from(zipSync({ 'zeros.log': zeros }))].map(entriesIn),
    ...[...small, zips[0] as Buffer, zeros].map(bytes => gzipPartsIn(gzipSync(bytes))),
  ].map(parts => ({ parts, secret: [] }));
};

const entriesIn = (zip: Buffer): Part[] => {
  const starts = [...zip.toString('latin1').matchAll(/PK(?:\x03\x04|\x01\x02|\x05\x06)/g)].map(({ index }) => index);
  return starts.map((from, at) => free(zip.subarray(from, starts[at + 1] ?? zip.length)));
};
const gzipPartsIn = (gzip: Buffer): Part[] =>
  [gzip.subarray(0, 10), gzip.subarray(10, -8), gzip.subarray(-8)].map(free);
