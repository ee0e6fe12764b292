import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeScanner, openScanner } from '../../src/readers/bytes/scanner.js';
import { jettyLog } from '../../src/readers/jetty/jetty-log.js';
import { syncLog } from '../../src/readers/mbxsync/sync-log.js';
import type { Reader } from '../../src/readers/reader.js';
import { fixture } from './inbox-finds.js';
import { readBytes } from './read-bytes.js';

afterEach(() => vi.unstubAllGlobals());

/** As a Node with `--jitless` reads it: every line becomes text. */
const readAsText = (reader: Reader, bytes: Buffer) => {
  vi.stubGlobal('WebAssembly', undefined);
  try {
    return readBytes(reader, bytes);
  } finally {
    vi.unstubAllGlobals();
  }
};

const two = (number: number): string => String(number).padStart(2, '0');
const guid = (number: number): string =>
  `${(Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}-4a59-4687-9b0c-${String(number).padStart(12, '0')}`;
const many = (count: number, line: (at: number) => string, end = '\n'): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => line(at) + end).join(''));

/** So many servers, of which some are called alike at their beginning, and now and then something else than an answer. */
const syncLine =
  (servers: number, users: number) =>
  (at: number): string => {
    const who = `|${6000 + (at % 16)},ex${at % servers}.contoso.test,{${guid(at % users)}},`;
    const time = `${two(Math.floor(at / 3600) % 24)}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}.${String(at % 1000).padStart(3, '0')}`;
    if (at % 97 === 0) return `${time} ${who}CsEws,10,[a.cpp:1]: HTTP request failed with error: Timeout was reached`;
    if (at % 89 === 0) return `  <m:ResponseCode>${at % 2 ? 'ErrorServerBusy' : 'NoError'}</m:ResponseCode>`;
    if (at % 83 === 0)
      return `${time} ${who}CsMbxSync,14,[a.cpp:1]: outstanding requests: ${at}, für ${'x'.repeat(at % 300)}`;
    if (at % 3 === 0) return `${time} ${who}CsEws,12,[a.cpp:9]: HTTP Status code: ${at % 51 ? 200 : 500}, OK`;
    return `${time} ${who}CsMbxSync,15,[a.cpp:12]: nothing to do`;
  };

const accessLine =
  (senders: number, ids: number) =>
  (at: number): string => {
    const when = new Date(Date.UTC(2026, 10, 20, 23, 50) + Math.floor((at * 300_000) / ids));
    const stamp = `${two(when.getUTCDate())}/Nov/2026:${when.toISOString().slice(11, 19)} +0000`;
    const status = at % 101 === 0 ? '500 0' : at % 103 === 0 ? '200 352' : '200 343';
    const id = at % 211 === 0 ? at : at % ids;
    if (at % 107 === 0) return `10.0.0.9 - - [${stamp}] "GET / HTTP/1.1" 404 12`;
    return `10.4.3.${at % senders} - - [${stamp}] "POST /NotificationService/services/NotificationService?id=${guid(id)}&pid=${id} HTTP/1.1" ${status}`;
  };

/** Numbers of outstanding requests that rise and fall, spelt as usual and otherwise, alone and beside something else. */
const outstandingLine = (at: number): string => {
  const odd = ['1234567890', '007', '', at > 1200 ? '999999999' : '12x'];
  const number = at % 43 === 0 ? odd[(at / 43) % 4] : at % 7 === 0 ? at : at % 40;
  const words = [`: ${number}`, ` ${number}`, `:${number},`, ` (${number})`, ` = ${number} x`, ` of user ${number}`];
  const beside = [`, BackOffMilliseconds: ${at}`, `, outstanding requests: ${2 * at}`, ' HTTP 1.1', '…'];
  const more = at % 11 === 0 ? beside[(at / 11) % 4] : '';
  return `09:20:${two(at % 60)}.114 |6549,ex01.contoso.test,{a},CsMbxSync,19,[a.cpp:1]: outstanding requests${words[at % 6]}${more}`;
};

const LOGS: [string, Reader, Buffer][] = [
  ['Mailbox Sync', syncLog, many(1500, syncLine(3, 40))],
  ['Mailbox Sync, saved by Windows', syncLog, many(700, syncLine(3, 40), '\r\n')],
  ['Mailbox Sync, more servers than are remembered', syncLog, many(1500, syncLine(27, 60))],
  ['Mailbox Sync, outstanding requests', syncLog, many(1500, outstandingLine)],
  ['Jetty', jettyLog, many(1500, accessLine(3, 40))],
  ['Jetty, saved by Windows', jettyLog, many(700, accessLine(3, 40), '\r\n')],
  ['Jetty, more senders than are remembered', jettyLog, many(1500, accessLine(11, 60))],
];

describe('what lines tell as bytes is what they tell as text', () => {
  it.each(LOGS)('%s, wherever the file is cut', (_, reader, bytes) => {
    const asText = readAsText(reader, bytes);
    expect(asText.facts).toHaveLength(1);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(2047, 2048, 2049, 65_536), fc.integer({ min: 40, max: 9000 })), piece => {
        expect(readBytes(reader, bytes, piece)).toEqual(asText);
      }),
      { numRuns: 12 },
    );
  });

  it.each(
    (['cuc', 'jetty'] as const).flatMap(folder =>
      readdirSync(`test/fixtures/${folder}`).map(
        file => [`${folder}/${file}`, folder === 'cuc' ? syncLog : jettyLog] as const,
      ),
    ),
  )('%s', (name, reader) => {
    const bytes = Buffer.concat([fixture(name), Buffer.from('\n'), fixture(name)]);
    const asText = readAsText(reader, bytes);
    for (const piece of [1, 64, 65_536]) expect(readBytes(reader, bytes, piece)).toEqual(asText);
  });

  it('nothing of a file is left when the next one is read', () => {
    const [first, second] = [many(300, accessLine(3, 9)), many(300, accessLine(2, 7))];
    const told = readBytes(jettyLog, second);
    readBytes(jettyLog, first);
    readBytes(syncLog, many(300, syncLine(3, 9)));
    expect(readBytes(jettyLog, second)).toEqual(told);
  });
});

it('forgets every word before it remembers more than it has room for, and goes on', () => {
  const scanner = openScanner();
  if (!scanner) throw new Error('this Node has no WebAssembly');
  const { machine, give } = scanner;
  for (let at = 0; at < 60_000; at++) machine.remember(give(guid(at)));
  expect([machine.countOfKnown(), machine.remember(give(guid(7)))]).toEqual([60_000, 7]);
  expect([machine.remember(give(guid(60_000))), machine.countOfKnown()]).toEqual([0, 1]);
  expect([machine.remember(give(guid(7))), machine.countOfKnown()]).toEqual([1, 2]);
  closeScanner(scanner);
});

it('takes no lines for which it has no room', () => {
  const scanner = openScanner();
  expect(scanner?.lay(Buffer.alloc(2 ** 20, 'x\n'))).toBe(0);
  closeScanner(scanner);
});
