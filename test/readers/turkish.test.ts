import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventText } from '../../src/readers/eventlog/event-text.js';
import { shellOutput } from '../../src/readers/shell/shell-output.js';
import { bodiesOf, readWith } from './read-with.js';
import { wrapped } from './shell-prints.js';

const read = (bytes: Buffer | string) => readWith([shellOutput, eventText], 'yapıştırılan.txt', bytes);
const fixture = (name: string) => readFileSync(`test/fixtures/${name}.txt`, 'utf8').replaceAll('\r\n', '\n');

/** What a file says, without where and when. */
const told = (file: Awaited<ReturnType<typeof read>>) => file.facts.map(({ kind }) => [kind, bodiesOf(file, kind)]);

/** As a console of so many columns shows what was printed on a wide one, with the blanks at its right lost on the way. */
const atWidth = (text: string, columns: number): string =>
  text
    .split('\n')
    .flatMap(line => {
      const [, front, value] = /^([A-Za-z][A-Za-z0-9]* *: )(.*)$/.exec(line) ?? [];
      if (front === undefined || value === undefined) return [line];
      return wrapped(value, columns - front.length).map((part, at) =>
        `${at === 0 ? front : ' '.repeat(front.length)}${part}`.trimEnd(),
      );
    })
    .join('\r\n');

/** A Turkish Windows in place of an American one. */
const inTurkish = (text: string): string =>
  text.replaceAll(
    /(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) (AM|PM)/g,
    (_, month, day, year, hour, min, sec, half) =>
      `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year} ${String((Number(hour) % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0')}:${min}:${sec}`,
  );

describe('a console of 80 columns on a Turkish Windows', () => {
  it.each([
    'exchange/get-imapsettings-2010',
    'exchange/get-imapsettings-2016',
    'exchange/get-receiveconnector-2010',
    'exchange/get-receiveconnector-2016',
    'exchange/get-throttlingpolicy-2010sp1-default',
    'exchange/get-throttlingpolicy-2010sp1-uccx',
    'exchange/get-throttlingpolicy-2016-global',
    'exchange/get-throttlingpolicyassociation-uccx',
  ])('%s tells what it tells on a wide one', async name => {
    const wide = await read(fixture(name));
    const narrow = await read(atWidth(inTurkish(fixture(name)), 80));
    expect(wide.facts.length).toBeGreaterThan(0);
    expect(told(narrow)).toEqual(told(wide));
    expect(narrow.file.unread.first).toEqual([]);
  });

  it.each([
    ['eventlog/1009-imap4.fl', '29.06.2014 11:53:02'],
    ['eventlog/9646-quoted.fl', /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/],
    ['eventlog/webservices-5-6-7.fl', /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/],
  ])('%s keeps its times as they were shown', async (name, time) => {
    const wide = bodiesOf(await read(fixture(name)), 'exchange-event') as { first: string; last: string }[];
    const narrow = bodiesOf(await read(atWidth(inTurkish(fixture(name)), 80)), 'exchange-event') as typeof wide;
    expect(narrow.length).toBeGreaterThan(0);
    expect(narrow.map(event => ({ ...event, first: null, last: null }))).toEqual(
      wide.map(event => ({ ...event, first: null, last: null })),
    );
    for (const { first, last } of narrow)
      for (const shown of [first, last]) expect(shown).toMatch(time instanceof RegExp ? time : new RegExp(`^${time}$`));
  });

  it('a text of Event Viewer keeps its time as it was shown', async () => {
    const got = await read(
      [
        'Log Name:      Application',
        'Source:        MSExchangeIMAP4',
        'Date:          22.11.2026 14:05:09',
        'Event ID:      1009',
        'Computer:      EX01.contoso.test',
        'Description:',
        'Number of simultaneous connections made by user contoso\\uccxemail exceeded maximum (16).',
      ].join('\r\n'),
    );
    expect(bodiesOf(got, 'exchange-event')).toMatchObject([
      { id: 1009, first: '22.11.2026 14:05:09', utc: false, server: 'EX01.contoso.test' },
    ]);
  });
});

/** What `toupper` and `tolower` of Turkish make of a name. */
const capitals = (text: string) => text.toLocaleUpperCase('tr-TR');
const small = (text: string) => text.toLocaleLowerCase('tr-TR');
/** The code page 1254, which nobody names, read as 1252. */
const codePage = (text: string) => Buffer.from(text.replaceAll('İ', '\xdd').replaceAll('ı', '\xfd'), 'latin1');

describe('names that somebody wrote in Turkish capitals or small letters', () => {
  const head = 'Identity;MaxInboundConnection;MaxInboundConnectionPerSource;MessageRateLimit;WhenChanged';
  const row = 'EX01\\Default EX01;5.000;20;Unlimited;22.11.2026 14:05:09';
  const limits = { connections: 5000, connectionsPerSource: 20, messagesPerMinute: 'unlimited' };

  it.each<[string, Buffer | string]>([
    ['as it was', `${head}\n${row}`],
    ['capitals', `${capitals(head)}\n${row}`],
    ['small letters', `${small(head)}\n${row}`],
    ['capitals in quotes', `${capitals(head).replaceAll(/[^;]+/g, '"$&"')}\r\n${row.replaceAll(/[^;]+/g, '"$&"')}`],
    ['capitals in the code page of Windows', codePage(`${capitals(head)}\n${row}`)],
    ['small letters in the code page of Windows', codePage(`${small(head)}\n${row}`)],
    ['values in capitals, too', `${capitals(head)}\n${row.replace('Unlimited', 'UNLİMİTED')}`],
  ])('a CSV, %s', async (_, text) =>
    expect(bodiesOf(await read(text), 'connector-limits')).toEqual([expect.objectContaining(limits)]),
  );

  it.each<[string, (text: string) => string]>([
    ['capitals', capitals],
    ['small letters', small],
  ])('a list, %s', async (_, written) => {
    const list = [
      ['Server', 'EX01'],
      ['ProtocolName', 'IMAP4'],
      ['LoginType', 'SecureLogin'],
      ['MaxConnectionsPerUser', '16'],
      ['WhenChanged', '22.11.2026 14:05:09'],
    ]
      .map(([name = '', value]) => `${written(name).padEnd(22)}: ${value}`)
      .join('\r\n');
    const got = await read(list);
    expect(bodiesOf(got, 'imap-limits')).toEqual([{ server: 'EX01', maxConnectionsPerUser: 16 }]);
  });

  it('takes no decimal comma for a group of thousands', async () => {
    for (const limit of ['2,4', '16,0', '16,00', '2.400,5'])
      expect((await read(`Server;MaxConnectionsPerUser\nEX01;${limit}`)).facts).toEqual([]);
    expect(bodiesOf(await read('Server;MaxConnectionsPerUser\nEX01;2.400'), 'imap-limits')).toEqual([
      { server: 'EX01', maxConnectionsPerUser: 2400 },
    ]);
  });
});
