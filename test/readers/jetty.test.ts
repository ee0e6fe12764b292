import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessLines } from '../../src/readers/jetty/access-line.js';
import { jettyLog } from '../../src/readers/jetty/jetty-log.js';
import { finds, fixture } from './inbox-finds.js';
import { readBytes, type Told } from './read-bytes.js';

const ID = 'ff5fbb79-e156-4444-aee7-488b3aca49f1';
const OTHER = '0a37d81c-bc62-47b3-a3d9-30b3c7384211';

/** One line, so many seconds after noon. */
const notified = (seconds: number, { id = ID, from = '10.4.3.11', status = 200, bytes = 343, zone = '+0000' } = {}) => {
  const [day, time] = new Date(Date.UTC(2026, 10, 20, 12) + seconds * 1000).toISOString().split(/[T.]/) as [
    string,
    string,
  ];
  const date = `${day.slice(8)}/Nov/${day.slice(0, 4)}`;
  return `${from} - - [${date}:${time} ${zone}] "POST /NotificationService/services/NotificationService?id=${id}&pid=1 HTTP/1.1" ${status} ${bytes}`;
};
const every = (step: number, times: number, about: object = {}, from = 0) =>
  Array.from({ length: times }, (_, at) => notified(from + at * step, about));
const inTime = (...lines: string[]) =>
  lines.sort((a, b) => (a.slice(a.indexOf('[')) < b.slice(b.indexOf('[')) ? -1 : 1));
const read = (lines: readonly string[], end = '\n') => body(readBytes(jettyLog, Buffer.from(lines.join(end) + end)));
// biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever was told
const body = (told: Told) => told.facts[0]?.body as any;

/** Whatever follows the request in a line. */
const comparable = ({ quotes, ...told }: Told) => ({
  ...told,
  quotes: quotes.map(({ line, text }) => ({ line, text: text.slice(0, 120) })),
});

describe('the access log of Connection Jetty', () => {
  it.each([
    ['jetty-access-healthy', [], ['notify-senders', 'notify-flow']],
    ['jetty-access-healthy-jetty8-spacing', [], ['notify-senders', 'notify-flow']],
    ['jetty-access-healthy-two-subs', [], ['notify-senders', 'notify-flow']],
    ['jetty-access-gap', ['inbox-direction: warning', 'notify-flow: warning'], ['notify-senders']],
    ['jetty-access-proxy', ['notify-senders: warning'], ['notify-flow']],
    ['jetty-access-unsubscribe', ['notify-flow: notice'], ['notify-senders']],
    ['jetty-access-errors', ['notify-flow: notice'], ['notify-senders']],
  ])('%s gives its finding and no more', async (name, problems, healthy) => {
    const found = await finds(`jetty/${name}.txt`);
    expect(found.reader).toBe('jetty-log');
    expect(found.problems).toEqual(problems);
    expect(found.healthy).toEqual(healthy);
  });

  it('says of a new id after sixteen minutes that it is late and not cut off', async () => {
    const { says, because } = await finds('jetty/jetty-access-gap.txt');
    expect(says).toMatch(/direction Exchange to Unity Connection/);
    expect(says).toMatch(/late, not cut off: 1 subscription fell silent/);
    expect(because).toContain(`${ID} last notified 2014-06-29 11:40:54 UTC`);
    expect(because).toMatch(/first 2014-06-29 11:57:36 UTC, 16 min 42 s later/);
  });

  it('names the sender that is not Exchange, and what to do', async () => {
    const { says, remedies } = await finds('jetty/jetty-access-proxy.txt');
    expect(says).toMatch(/come from 10\.93\.140\.25, which is none of the addresses of Exchange/);
    expect(remedies).toEqual(['bypass-proxy-for-7080']);
  });

  it.each([
    ['just healthy', 330, { missed: 0, long: 0, stale: 0 }],
    ['one missed', 331, { missed: 1, long: 0, stale: 0 }],
    ['two missed', 660, { missed: 1, long: 0, stale: 0 }],
    ['given up', 661, { missed: 0, long: 1, stale: 0 }],
    ['not yet stale', 900, { missed: 0, long: 1, stale: 0 }],
    ['stale', 901, { missed: 0, long: 0, stale: 1 }],
  ])('tells gaps apart: %s', (_, apart, gaps) => {
    expect(read([notified(0), notified(apart)]).gaps).toEqual(gaps);
  });

  it('measures each id by itself', () => {
    expect(read(inTime(...every(300, 10), ...every(300, 10, { id: OTHER }, 150))).gaps.missed).toBe(0);
    expect(read(inTime(...every(400, 10), ...every(400, 10, { id: OTHER }, 200))).gaps.missed).toBe(18);
  });

  it('takes a new id for a renewal within the time of Unity Connection alone', () => {
    const renewals = (after: number) => read([notified(0), notified(after, { id: OTHER })]).renewals;
    expect([900, 901, 1002, 1110, 1111].map(renewals)).toEqual([0, 1, 1, 1, 0]);
  });

  it('tells one that comes back by its own id from one that is new', () => {
    expect(read([notified(0), notified(1000)])).toMatchObject({ renewals: 0, ids: 1, gaps: { stale: 1 } });
  });

  it('sees who went on being renewed, who stayed silent, and that all were silent at once', () => {
    const ids = [1, 2, 3].map(n => `0000000${n}-0000-0000-0000-000000000000`);
    const again = read([notified(0, { id: ids[0] }), notified(1000, { id: ids[1] }), notified(2000, { id: ids[2] })]);
    expect(again).toMatchObject({ renewals: 2, renewedAgain: 1 });
    const silent = read(inTime(...every(300, 3, { id: ids[0] }), ...every(300, 10, { id: ids[1] })));
    expect(silent).toMatchObject({ silentAtEnd: 1, silent: [{ id: ids[0], last: '2026-11-20T12:10:00.000Z' }] });
    const all = read(
      inTime(
        ...every(300, 3, { id: ids[0] }),
        ...every(300, 3, { id: ids[1] }),
        ...every(300, 3, { id: ids[0] }, 1200),
        ...every(300, 3, { id: ids[1] }, 1200),
      ),
    );
    expect(all).toMatchObject({ standstills: 1, longestStandstill: { ids: 2, from: '2026-11-20T12:10:00.000Z' } });
  });

  it('counts one that was told to stop as ended, not as silent', () => {
    const told = read(inTime(notified(0, { bytes: 352 }), ...every(300, 10, { id: OTHER })));
    expect(told).toMatchObject({ silentAtEnd: 0, answers: { unsubscribe: 1, ok: 10 }, renewals: 0 });
  });

  it.each([
    [
      'common',
      '10.0.0.1 - - [20/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 404 -',
      { sender: '10.0.0.1', id: null, bytes: null },
    ],
    [
      'combined',
      `::1 - - [20/Nov/2026:12:00:00 +0000] "POST /NotificationService/services/NotificationService?id=a-1 HTTP/1.1" 200 343 "-" "agent" 12`,
      { sender: '::1', id: 'a-1' },
    ],
    [
      'tabs',
      '10.0.0.1\t-\t-\t[20/Nov/2026:12:00:00 +0000]\t"POST /NotificationService/services/NotificationService?pid=1&id=a-1 HTTP/1.1"\t200\t343',
      { id: 'a-1', bytes: 343 },
    ],
    [
      'another zone',
      '10.0.0.1 - u [20/Nov/2026:14:00:00 +0200] "GET / HTTP/1.0" 200 1',
      { at: Date.UTC(2026, 10, 20, 12) },
    ],
  ])('reads a line: %s', (_, line, seen) => expect(accessLines()(line)).toMatchObject(seen));

  it.each([
    ['no time', '10.0.0.1 - - [20/Nov/2026] "GET / HTTP/1.1" 200 1'],
    ['a month that is none', '10.0.0.1 - - [20/Foo/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1'],
    ['an hour that is none', '10.0.0.1 - - [20/Nov/2026:25:00:00 +0000] "GET / HTTP/1.1" 200 1'],
    ['cut in the request', '10.0.0.1 - - [20/Nov/2026:12:00:00 +0000] "POST /Notif'],
    ['no status', '10.0.0.1 - - [20/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" '],
    ['nothing', ''],
  ])('guesses nothing: %s', (_, line) => expect(accessLines()(line)).toBeNull());

  it('says which lines it could not read, and reads on', () => {
    const told = readBytes(
      jettyLog,
      Buffer.from(
        [notified(0), 'nonsense', '', notified(300), '\0\0\0', 'x'.repeat(1_000_000), notified(600)].join('\n'),
      ),
    );
    expect(told.unread.map(({ line }) => line)).toEqual([2, 5, 6]);
    expect(body(told)).toMatchObject({ notifications: 3, gaps: { missed: 0 } });
  });

  it.each(['\n', '\r\n'])('reads any end of line, and no end at all', end => {
    expect(read(every(300, 20), end).notifications).toBe(20);
    expect(body(readBytes(jettyLog, Buffer.from(every(300, 3).join('\n')))).notifications).toBe(3);
  });

  it('tells the same by its shortcut as without, however the file is cut', () => {
    const ids = ['a', 'b', 'c'].map(sign => ID.replace('f', sign));
    const line = fc.record({
      step: fc.constantFrom(0, 1, 7, 140, 320, 400, 950, -60, -500),
      id: fc.constantFrom(...ids, 'short-1'),
      from: fc.constantFrom('10.4.3.11', '10.4.3.12', '10.4.30.130', 'é.test'),
      status: fc.constantFrom(200, 200, 200, 503),
      bytes: fc.constantFrom(343, 343, 343, 352, 99),
      zone: fc.constantFrom('+0000', '+0000', '+0200'),
      junk: fc.constantFrom('', '', '', 'x', '\r', ' 7'),
      short: fc.oneof(
        { weight: 5, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom<string[]>('', 'x', 'é\r', '\rx'), { maxLength: 4 }) },
      ),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 700 }), (steps, piece) => {
        const linesWith = (blanks: number) => {
          let at = 0;
          return steps.flatMap(({ step, junk, short, ...about }) => {
            at += step;
            // Several short lines are taken at once, and none of a hundred signs is one.
            const others = short.map(words => ' '.repeat(Math.min(blanks, 100)) + words);
            return [...others, notified(at, about) + ' '.repeat(blanks) + junk];
          });
        };
        const text = Buffer.from(linesWith(0).join('\n'));
        // The shortcut never takes so long a line, and what follows the length of the body says nothing.
        const usual = comparable(readBytes(jettyLog, Buffer.from(linesWith(2100).join('\n'))));
        expect(comparable(readBytes(jettyLog, text, piece))).toEqual(usual);
        expect(comparable(readBytes(jettyLog, text))).toEqual(usual);
      }),
      { numRuns: 150 },
    );
  });

  it('quotes the line that it speaks of, also where the shortcut took it', () => {
    const [one, two] = ['a', 'b'].map(sign => ({ id: ID.replace('f', sign) }));
    const lines = [notified(0, two), notified(0, one), notified(0, { ...two, bytes: 352 }), notified(950, two)];
    const { quotes } = readBytes(jettyLog, Buffer.from(`${[...lines, notified(950, one)].join('\n')}\n`));
    expect(quotes.length).toBeGreaterThan(0);
    for (const { line, text } of quotes) expect(text).toBe(lines[(line ?? 0) - 1]);
  });

  it('never breaks off, and stays bounded, whatever comes', () => {
    const bytes = fixture('jetty/jetty-access-gap.txt');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 30 }),
        fc.nat(bytes.length),
        (spoilt, cut) => {
          const copy = Buffer.from(bytes);
          for (const [at, sign] of spoilt) copy[at] = sign;
          const told = readBytes(jettyLog, copy.subarray(0, cut));
          expect(told.facts).toHaveLength(1);
          expect(body(told).notifications + told.unread.length).toBeLessThanOrEqual(40);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps a hostile number of ids and senders small', () => {
    const lines = Array.from({ length: 60_000 }, (_, n) =>
      notified(n, { id: `id-${n}`, from: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }),
    );
    const told = read(lines);
    expect(told.senders).toHaveLength(20);
    expect(JSON.stringify(told).length).toBeLessThan(20_000);
  });
});
