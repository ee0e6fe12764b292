import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subscriptionTable } from '../../src/readers/dbquery/subscription-table.js';
import { statedTime, utcOf } from '../../src/readers/dbquery/table.js';
import { pasted } from '../support/rule-table.js';
import { finds, fixture } from './inbox-finds.js';
import { factsOf, readBytes } from './read-bytes.js';

const read = (text: string) => factsOf(readBytes(subscriptionTable, Buffer.from(text)), 'push-subscriptions')[0];
const healthy = fixture('cuc/tbl_exsubscription-healthy.txt').toString();

describe('the table of push subscriptions', () => {
  it('does not call a table fresh or stale before it knows when it was asked for', async () => {
    const found = await finds('cuc/tbl_exsubscription-healthy.txt');
    expect(found).toMatchObject({ reader: 'subscription-table', problems: [], unread: [], healthy: [] });
    expect(found.unknown.join('\n')).toMatch(
      /all 10 rows .* lie within 1 min 26 s: fresh if the table was asked for before 2014-06-29 16:15:45 UTC/,
    );
  });

  it.each([
    ['a remark', '# queried at 2014-06-29 16:05:00 UTC\n'],
    ['the clock of the machine', 'Current time in UTC is : Sun Jun 29 16:05:00 UTC 2014\n'],
  ])('knows it by %s beside it', async (_, beside) => {
    const found = await finds('table.txt', beside + healthy);
    expect(found).toMatchObject({ problems: [], healthy: ['push-subscriptions'] });
    expect(found.healthySays).toMatch(
      /the first 10 subscriptions have had a notification within 15 minutes; «now» is 2014-06-29 16:05:00 UTC, as stated/,
    );
  });

  it('tells stale rows, and the one for which subscribing anew fails as well', async () => {
    const { problems, says, because } = await finds('cuc/tbl_exsubscription-stale.txt');
    expect(problems).toEqual([
      'inbox-direction: critical',
      'push-subscriptions: warning',
      'push-subscriptions: critical',
    ]);
    expect(says).toMatch(/4 of 10 subscriptions had no notification for over 15 minutes \(2014-06-29 15:48:00 UTC\)/);
    expect(says).toMatch(
      /Unity Connection to Exchange: 1 subscription is stale for over an hour, so subscribing anew fails as well/,
    );
    expect(because).toMatch(/«now» is 2014-06-29 16:03:00 UTC, as stated beside the table/);
    expect(because).toMatch(/bd3fcbd0-0d3d-42ff-a95e-a1006a6cf046 last notified 2014-06-29 09:12:31 UTC, of 4c8b025d/);
  });

  it('says of an empty one that nothing is subscribed, and claims no cause', async () => {
    const { problems, says } = await finds('cuc/tbl_exsubscription-empty.txt');
    expect(problems).toEqual(['push-subscriptions: warning']);
    expect(says).toMatch(/not one push subscription: single inbox is not in use with Exchange on premises, or/);
  });

  it('counts from the time of reading where the newest row is of the last quarter of an hour, and states a clock that is ahead', () => {
    const at = (...rows: string[]) =>
      `admin:run cuc dbquery unitydyndb select * from tbl_exsubscription\n\nsubscriptionid timestamputc\n-------------- --------------------------\n${rows.map((time, n) => `0000000${n}-0000  2026-11-21 ${time}\n`).join('')}\nadmin:\n`;
    expect(read(at('07:44:59', '07:50:00'))).toMatchObject({
      nowFrom: 'reading',
      now: '2026-11-21T08:00:00.000Z',
      stale: { min15: 1, min20: 0 },
      aheadMs: 0,
      limit: null,
    });
    expect(read(at('08:05:00'))).toMatchObject({ nowFrom: 'reading', aheadMs: 300_000, stale: { min15: 0 } });
    expect(read(at('07:00:00', '06:00:00'))).toMatchObject({
      nowFrom: 'newest',
      now: '2026-11-21T07:00:00.000Z',
      stale: { min15: 1 },
    });
    expect(read(at('07:61:00', 'nonsense'))).toMatchObject({ rows: 2, unreadable: 2, newest: null });
  });

  it.each([
    ['2014-06-29 16:00:45.775000', '2014-06-29T16:00:45.775Z'],
    ['2014-06-29 16:00:45', '2014-06-29T16:00:45.000Z'],
    ['2014-02-30 16:00:45', null],
    ['2014-06-29', null],
  ])('reads the time %s', (words, time) => expect(utcOf(words)).toBe(time === null ? null : Date.parse(time)));

  it('takes no local time for UTC', () => {
    expect(statedTime('Current time in America/New_York is : Sun Jun 29 12:05:00 EDT 2014')).toBeNull();
    expect(statedTime('2014-06-29 16:03:00')).toBeNull();
  });

  const query = (condition: string, ...rows: string[]) =>
    `admin:run cuc dbquery unitydyndb select * from tbl_exsubscription${condition}\n\n` +
    (rows.length === 0
      ? 'No records found\n'
      : `subscriptionid timestamputc\n-------------- --------------------------\n${rows.map((time, n) => `0000000${n}-0000  ${time}\n`).join('')}`) +
    '\nadmin:\n';
  const ntp = (time: string) => `admin:utils ntp status\nCurrent time in UTC is : ${time}\nadmin:\n`;

  it.each<[what: string, text: string, problems: string[], unknown: RegExp]>([
    [
      'rows that were chosen by their age, of which there are none',
      query(' where timestamputc < (CURRENT - 15 UNITS MINUTE)'),
      [],
      /chose no row by a condition, which says nothing of the others/,
    ],
    [
      'the one fresh row that was asked for',
      query(" where subscriptionid='00000000-0000'", '2026-11-21 07:59:00'),
      [],
      /chose 1 row by a condition/,
    ],
  ])('does not take for the whole table %s', async (_, text, problems, unknown) => {
    const found = await finds('table.txt', text);
    expect(found).toMatchObject({ problems, healthy: [], unread: [] });
    expect(found.unknown.join('\n')).toMatch(unknown);
  });

  it('says of stale rows that were chosen that they are the chosen ones', async () => {
    const { says } = await finds('table.txt', query(' where a = 1', '2026-11-21 07:30:00', '2026-11-21 07:59:00'));
    expect(says).toMatch(/1 of 2 subscriptions that the query chose had no notification/);
  });

  it('reads each table of a paste by itself, by the clock beside it', () => {
    const text =
      ntp('Sat Nov 21 06:00:00 UTC 2026') +
      query('', '2026-11-21 05:59:00') +
      ntp('Sat Nov 21 07:00:00 UTC 2026') +
      query('', '2026-11-21 06:59:00', '2026-11-21 06:30:00');
    const { facts, unread } = readBytes(subscriptionTable, Buffer.from(text));
    expect(facts).toMatchObject([
      { body: { rows: 1, now: '2026-11-21T06:00:00.000Z', stale: { min15: 0 }, isWhole: true } },
      { body: { rows: 2, now: '2026-11-21T07:00:00.000Z', stale: { min15: 1 }, isWhole: true } },
    ]);
    expect(unread).toEqual([]);
  });

  it('takes the clock below a table where none is above, and no line of that command for a row', () => {
    const { facts, unread } = readBytes(
      subscriptionTable,
      Buffer.from(query('', '2026-11-21 05:59:00') + ntp('Sat Nov 21 06:00:00 UTC 2026')),
    );
    expect(facts).toMatchObject([{ body: { nowFrom: 'stated', now: '2026-11-21T06:00:00.000Z' } }]);
    expect(unread).toEqual([]);
  });

  it('says what Unity Connection answered in place of a table', () => {
    const told = readBytes(
      subscriptionTable,
      Buffer.from(
        'admin:run cuc dbquery unitydyndb select * from tbl_exsubscribe\n  ERROR: the specified table is not in the database\nadmin:',
      ),
    );
    expect(told.facts).toEqual([]);
    expect(told.unread[0]?.why).toMatch(/Unity Connection answered: .*not in the database/);
    expect(told.asks.map(({ steps }) => pasted(steps))).toEqual([
      [
        'utils ntp status',
        'run cuc dbquery unitydyndb select subscriptionid, timestamputc, subscriberexternalservicemapobjectid from tbl_exsubscription',
      ],
    ]);
  });

  it('never breaks off, however the table is cut and spoilt', () => {
    const bytes = fixture('cuc/tbl_exsubscription-stale.txt');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(bytes.length),
        fc.integer({ min: 1, max: 300 }),
        (spoilt, cut, piece) => {
          const copy = Buffer.from(bytes.subarray(0, cut));
          for (const [at, sign] of spoilt) if (at < cut) copy[at] = sign;
          expect(readBytes(subscriptionTable, copy, piece)).toEqual(readBytes(subscriptionTable, copy));
        },
      ),
      { numRuns: 300 },
    );
  });
});
