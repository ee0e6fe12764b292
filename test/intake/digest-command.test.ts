import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWhenText, When, whenWords } from '../../src/domain/digest-when.js';
import { TargetId } from '../../src/domain/ids.js';
import { Wants } from '../../src/domain/request.js';
import type { Target } from '../../src/domain/target.js';
import { parseCommand } from '../../src/intake/command.js';

const known = { targets: ['prod', 'branch'].map(id => ({ id: TargetId.parse(id) }) as Target), rules: [] };
const cron = (pattern: string, more: object = {}) => ({
  is: 'wants',
  wants: { do: 'digest', when: { is: 'cron', pattern }, zone: null, targets: [], onlyChanges: false, ...more },
});
const every = (everyMs: number, more: object = {}) => ({
  is: 'wants',
  wants: { do: 'digest', when: { is: 'every', everyMs }, zone: null, targets: [], onlyChanges: false, ...more },
});

describe('a digest by command', () => {
  it.each([
    ['digest daily 08:00', cron('0 8 * * *')],
    ['/uccx digest DAILY 8:05', cron('5 8 * * *')],
    ['digest weekdays 07:30 Europe/Paris prod', cron('30 7 * * 1-5', { zone: 'Europe/Paris', targets: ['prod'] })],
    ['digest weekly mon 08:00 --only-changes', cron('0 8 * * 1', { onlyChanges: true })],
    ['digest weekly Sunday 00:00', cron('0 0 * * 0')],
    ['digest daily 08:00 —only-changes', cron('0 8 * * *', { onlyChanges: true })],
    ['digest daily 08:00 prod branch prod', cron('0 8 * * *', { targets: ['prod', 'branch'] })],
    ['digest daily 08:00 europe/berlin', cron('0 8 * * *', { zone: 'Europe/Berlin' })],
    ['digest daily 08:00 utc', cron('0 8 * * *', { zone: 'UTC' })],
    ['digest every 4h', every(14_400_000)],
    ['digest every 15m prod', every(900_000, { targets: ['prod'] })],
    ['digest every 7d', every(604_800_000)],
    ['digest 30 7 * * 1-5', cron('30 7 * * 1-5')],
    [
      'digest */30 8-18/2 1,15 JAN-mar fri Europe/Paris',
      cron('*/30 8-18/2 1,15 jan-mar fri', { zone: 'Europe/Paris' }),
    ],
    ['digest list', { is: 'wants', wants: { do: 'digest-list' } }],
    ['digest now', { is: 'wants', wants: { do: 'digest-now', targets: [] } }],
    ['digest now prod', { is: 'wants', wants: { do: 'digest-now', targets: ['prod'] } }],
    ['digest table', { is: 'wants', wants: { do: 'digest-table', digest: null, targets: [] } }],
    ['digest table prod', { is: 'wants', wants: { do: 'digest-table', digest: null, targets: ['prod'] } }],
    ['digest table d-3k9x2a', { is: 'wants', wants: { do: 'digest-table', digest: 'd-3k9x2a', targets: [] } }],
    ['digest off', { is: 'wants', wants: { do: 'digest-off', id: null } }],
    ['digest off d-3k9x2a', { is: 'wants', wants: { do: 'digest-off', id: 'd-3k9x2a' } }],
  ])('%j', (text, expected) => {
    const parsed = parseCommand(text, known);
    expect(parsed).toEqual(expected);
    if (parsed.is === 'wants') expect(Wants.parse(parsed.wants)).toEqual(parsed.wants);
  });

  it.each([
    ['digest', /^A digest wants a time: `daily 08:00`/],
    ['digest dayly 08:00', /^I know no time `dayly`\. Did you mean `daily`\?/],
    ['digest lost', /^There is no `digest lost`\. Did you mean `list`\?/],
    ['digest daily', /wants a time of day/],
    ['digest daily 24:00', /wants a time of day .* not `24:00`/],
    ['digest daily 08:60', /wants a time of day/],
    ['digest daily 08:00 rome', /^I know no target `rome`/],
    ['digest daily 08:00 Europe/Pariss', /^I know no time zone `Europe\/Pariss`\. Did you mean `Europe\/Paris`\?/],
    ['digest daily 08:00 UTC Europe/Paris', /one time zone/],
    ['digest daily 08:00 --only-change', /no flag `--only-change` here\. Did you mean `--only-changes`\?/],
    ['digest weekly 08:00', /^`weekly` wants a day and a time/],
    ['digest every 5m', /^`every` wants a span from 15m to 7d/],
    ['digest every day', /^`every` wants a span/],
    ['digest * * * * *', /more than four times an hour/],
    ['digest 0 8 * *', /has five fields/],
    ['digest 61 8 * * *', /the minute wants 0 to 59/],
    ['digest 0 8 31 feb *', /no month has such a day/],
    ['digest 0 18-8 * * *', /the hour wants 0 to 23/],
    ['digest list prod', /takes nothing behind it/],
    ['digest now --only-changes', /takes targets alone/],
    ['digest off d-1 d-2', /wants one digest/],
  ])('%j is a mistake', (text, says) => {
    const parsed = parseCommand(text, known);
    expect(parsed.is === 'mistake' && parsed.says).toMatch(says);
  });

  it('takes whatever follows without breaking off, and gives back only what can be kept', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'daily',
        'every',
        'weekly',
        'mon',
        '08:00',
        '4h',
        '0',
        '*',
        '*/5',
        '1-5',
        'Europe/Paris',
        'prod',
        '--only-changes',
      ),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), words => {
        const parsed = parseCommand(`digest ${words.join(' ')}`, known);
        if (parsed.is === 'wants') expect(Wants.safeParse(parsed.wants).success).toBe(true);
      }),
    );
  });
});

it.each([
  ['daily 08:00', 'every day at 08:00'],
  ['weekdays 7:30', 'on weekdays at 07:30'],
  ['weekly mon 08:00', 'every Monday at 08:00'],
  ['every 4h', 'every 4 h'],
  ['every 90m', 'every 90 min'],
  ['every 24h', 'every 24 h'],
  ['every 7d', 'every 7 days'],
  ['0 8 1 * *', 'by cron 0 8 1 * *'],
])('%s is said as «%s»', (text, words) => {
  const when = readWhenText(text);
  expect(when && whenWords(when)).toBe(words);
  expect(When.parse(when)).toEqual(when);
});
