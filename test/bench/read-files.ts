import { open } from 'node:fs/promises';
import { conversation, inTime, pcapFile, type Written } from '../readers/pcap-writer.js';
import { StoppedError } from './stopping.js';

/** Large files as Unity Connection and tcpdump leave them, made line by line and packet by packet until they have the size. */
export type LargeFile = { name: string; write: (path: string, bytes: number, signal: AbortSignal) => Promise<void> };

const START = Date.UTC(2026, 10, 1);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');
const guid = (number: number): string =>
  `${(Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}-4a59-4687-9b0c-${number.toString(16).padStart(12, '0')}`;
const timeOf = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** Two thousand subscriptions of four servers, each heard of every five minutes; now and then something else, and an error. */
export const jettyFile: LargeFile = {
  name: 'jetty-access.log',
  write: (path, bytes, signal) => {
    const ids = Array.from({ length: 2000 }, (_, at) => `${guid(at)}&pid=${20_000 + at}`);
    let round = 0;
    return blocks(path, bytes, signal, () => {
      const lines = ids.map((id, at) => {
        const when = new Date(START + (round * 300 + at * 0.15) * 1000);
        const stamp = `${two(when.getUTCDate())}/${MONTHS[when.getUTCMonth()]}/${when.getUTCFullYear()}:${timeOf(when.getTime())} +0000`;
        if (at % 400 === 399) return `10.4.9.9 - - [${stamp}] "GET / HTTP/1.1" 404 1234\n`;
        const status = (at + round * 7) % 4001 === 0 ? '500 0' : '200 343';
        return `10.4.3.${90 + (at % 4)} - - [${stamp}] "POST /NotificationService/services/NotificationService?id=${id} HTTP/1.1" ${status}\n`;
      });
      round++;
      return Buffer.from(lines.join(''), 'latin1');
    });
  },
};

/** Mailbox Sync with its traces on: most lines are about nothing, some calls fail. */
export const syncFile: LargeFile = {
  name: 'diag_CuMbxSync_00000001.uc',
  write: (path, bytes, signal) => {
    let at = 0;
    const line = (): string => {
      at++;
      const time = `${timeOf(START + at * 7)}.${String(at % 1000).padStart(3, '0')}`;
      const who = `|${6000 + (at % 16)},ex-cas0${1 + (at % 2)}.contoso.test,{${guid(at % 3000)}},`;
      if (at % 997 === 0)
        return `${time} ${who}CsEws,10,[CsEws/CsEwsMbxClient.cpp:1173]: HTTP request failed with error: Timeout was reached -- operation timed out after 4000 milliseconds, HTTP status code: 0, for ews URL: https://ex-cas01.contoso.test/EWS/Exchange.ASMX, verb: POST, query: \n`;
      if (at % 3 === 0)
        return `${time} ${who}CsEws,12,[CsEws/CsEwsMbxClient.cpp:980]: HTTP Status code: 200, response headers: HTTP/1.1 200 OK, Content-Type: text/xml; charset=utf-8\n`;
      return `${time} ${who}CsMbxSync,${15 + (at % 5)},[CsMbxSync/CsMbxSyncThread.cpp:${400 + (at % 200)}]: Message ${guid(at % 50_000)} of folder inbox is unchanged; nothing to do for this user\n`;
    };
    return blocks(path, bytes, signal, () => Buffer.from(Array.from({ length: 4000 }, line).join(''), 'latin1'));
  },
};

/** Agents who fetch mail by IMAP, beside three times as much that is of no mail server. */
export const captureFile: LargeFile = {
  name: 'imap.pcap',
  write: (path, bytes, signal) => {
    const secret = Buffer.from('\0uccxemail\0hidden').toString('base64');
    const segment = Buffer.alloc(1400, 'mail ');
    const imap = Array.from({ length: 40 }, (_, at) => {
      const talk = conversation(START + at * 40, { client: `10.4.4.${10 + at}`, clientPort: 50_000 + at })
        .open()
        .s('* OK The Microsoft Exchange IMAP4 service is ready.')
        .c('A1 AUTHENTICATE PLAIN')
        .s('+')
        .c(secret)
        .s(at % 20 === 19 ? 'A1 NO AUTHENTICATE failed.' : 'A1 OK AUTHENTICATE completed.')
        .c('A2 SELECT INBOX')
        .s('* 3 EXISTS')
        .s('A2 OK [READ-WRITE] SELECT completed.');
      for (let mail = 0; mail < 3; mail++) {
        talk.c(`A${3 + mail} FETCH ${mail + 1} (BODY[])`).s(`* ${mail + 1} FETCH (BODY[] {14000}`);
        for (let part = 0; part < 10; part++) talk.s(segment);
        talk.s(')').s(`A${3 + mail} OK FETCH completed.`);
      }
      return talk.c('A9 LOGOUT').s('* BYE signing off').close('server');
    });
    const other = Array.from({ length: 40 }, (_, at) => {
      const talk = conversation(START + at * 40, {
        client: `10.4.5.${10 + at}`,
        clientPort: 40_000 + at,
        serverPort: 8445,
      }).open();
      for (let part = 0; part < 110; part++) talk.s(segment);
      return talk.close('client');
    });
    const packets = inTime(...imap, ...other);
    const whole = pcapFile(packets);
    const [head, body] = [whole.subarray(0, 24), Buffer.from(whole.subarray(24))];
    const stepSec = Math.ceil(((packets.at(-1) as Written).atMs - START) / 1000) + 1;
    let round = -1;
    return blocks(path, bytes, signal, () => {
      round++;
      if (round === 0) return Buffer.concat([head, body]);
      for (let at = 0; at < body.length; at += 16 + body.readUInt32LE(at + 8))
        body.writeUInt32LE(body.readUInt32LE(at) + stepSec, at);
      return body;
    });
  },
};

/** Whole blocks until the file is large enough. */
const blocks = async (path: string, bytes: number, signal: AbortSignal, next: () => Buffer): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (let written = 0; written < bytes; ) {
      if (signal.aborted) throw new StoppedError('stopped');
      const block = next();
      await file.write(block);
      written += block.length;
    }
  } finally {
    await file.close();
  }
};
