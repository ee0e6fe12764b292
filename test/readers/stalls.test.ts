import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { examine } from '../fuzz/examine.js';
import { type Seeds, seedsOf } from '../fuzz/seeds.js';
import { ACK, pcapFile, SYN, tcpPacket } from './pcap-writer.js';

/**
 * `examine` calls it a stall when one step worked for more than 50 ms in five readings of the same bytes; it counts processor time where
 * that is less, so a busy machine is no fault.
 */
const faultOf = (reader: string, bytes: Buffer) =>
  examine([{ ...one(reader), recognises: () => 1 }], { bytes, piece: 65_536 }).fault;
const one = (reader: string) => readers.find(({ id }) => id === reader) as (typeof readers)[number];

const firstOf = (seeds: Seeds): Buffer =>
  seeds.are === 'text'
    ? Buffer.from((seeds.files[0]?.lines ?? []).join('\r\n'), 'latin1')
    : Buffer.concat((seeds.files[0]?.parts ?? []).map(({ bytes }) => bytes));

const LARGE = 150_000;
const AT = Date.UTC(2026, 10, 20, 9);
const SERVER = '10.4.3.90';
const captureOf = (packets: readonly Buffer[]) => pcapFile(packets.map((bytes, at) => ({ atMs: AT + at, bytes })));

/** Connections whose first bytes are missing, so that what follows is kept until the capture ends, and then set free at once. */
const keptToItsEnd = (port: number, said: string): Buffer => {
  const data = Buffer.from(said.repeat(Math.ceil(1400 / said.length))).subarray(0, 1400);
  return captureOf(
    Array.from({ length: 6 }, (_, at) => {
      const client = { from: `10.0.0.${at + 1}`, to: SERVER, fromPort: 50_000, toPort: port, ack: 0, seq: 100 };
      const first = tcpPacket({ ...client, flags: SYN });
      return [
        first,
        ...Array.from({ length: 40 }, (__, part) => tcpPacket({ ...client, flags: ACK, seq: 200 + part * 1400, data })),
      ];
    }).flat(),
  );
};
/** More connections than are followed, each with a request that nobody answers. */
const toTheBrim = (port: number, said: string): Buffer =>
  captureOf(
    Array.from({ length: 4500 }, (_, at) => {
      const client = {
        from: `10.1.${at >> 8}.${at & 255}`,
        to: SERVER,
        fromPort: 50_000,
        toPort: port,
        ack: 0,
        seq: 100,
      };
      return [
        tcpPacket({ ...client, flags: SYN }),
        tcpPacket({ ...client, flags: ACK, seq: 101, data: Buffer.from(said) }),
      ];
    }).flat(),
  );

describe('no file keeps everybody waiting for more than 50 ms', () => {
  it.each(
    seedsOf()
      .filter(({ reader }) => reader !== 'archives')
      .map(seeds => [seeds.reader, firstOf(seeds)] as const),
  )('%s: a file again and again, and pieces of nothing but empty lines behind it', (reader, file) => {
    expect(faultOf(reader, Buffer.concat(Array(Math.ceil(LARGE / file.length)).fill(file)))).toBeNull();
    for (const end of '\n\r') expect(faultOf(reader, Buffer.concat([file, Buffer.alloc(LARGE, end)]))).toBeNull();
  });

  it.each(
    seedsOf()
      .filter(({ reader }) => reader !== 'archives')
      .map(({ reader }) => reader),
  )('%s: lines of nothing but blanks, and something behind them', reader => {
    for (const blank of [' ', '\t', '\u00a0'])
      for (const behind of ['', ': 4', 'exceeded the maximum of 16', '"', '> '])
        expect(faultOf(reader, Buffer.from(`A : 1\r\n${blank.repeat(LARGE)}${behind}\r\nB : 2\r\n`))).toBeNull();
  });

  it.each([
    ['behind a mark of its encoding', '\ufeff_', '_prot\n\nC: x\r\n'],
    ['within lines that are set in', '  </System>\n    <Data>', '</Data>\n    <Data>\n'],
    ['below a log', '# connection 21 from 10.4.3.20 while 20 are open\r\n  # connection ', ' x\r\n  # y\r\n'],
  ])('thousands of ends of lines, looked at by every reader: %s', (_, above, below) =>
    expect(
      examine(readers, { bytes: Buffer.from(above + '\r'.repeat(LARGE) + below), piece: 65_536 }).fault,
    ).toBeNull(),
  );

  it.each([
    ['SMTP commands', 25, 'EHLO x\r\n'],
    ['IMAP commands', 143, 'a NOOP\r\n'],
    ['empty lines', 143, '\n'],
    ['notifications', 7080, 'POST /x?id=1 HTTP/1.1\r\n\r\n'],
  ])('a capture that sets everything free at its end: %s', (_, port, said) =>
    expect(faultOf('pcap', keptToItsEnd(port, said))).toBeNull(),
  );

  it.each([
    ['IMAP', 143, 'A1 LOGIN u p\r\n'],
    ['notifications', 7080, 'POST /NotificationService/services/NotificationService?id=x HTTP/1.1\r\n\r\n'],
  ])('a capture of more connections than are followed: %s', (_, port, said) =>
    expect(faultOf('pcap', toTheBrim(port, said))).toBeNull(),
  );

  it('a table of more rows than any Unity Connection has, in no order', () => {
    const row = (at: number) =>
      `${at.toString(16).padStart(8, '0')}-4a59-4687-9b0c-000000000000 2014-06-${10 + (at % 19)} ${10 + (at % 13)}:00:45.775000\n`;
    const head = `admin:run cuc dbquery unitydyndb select subscriptionid, timestamputc from tbl_exsubscription\n\nsubscriptionid                       timestamputc\n------------------------------------ --------------------------\n`;
    const rows = Array.from({ length: 30_000 }, (_, at) => row(Math.imul(at, 7919) >>> 0)).join('');
    expect(faultOf('subscription-table', Buffer.from(head + rows))).toBeNull();
  });
});
