import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetId } from '../../src/domain/ids.js';
import { Wants } from '../../src/domain/request.js';
import type { Target } from '../../src/domain/target.js';
import { momentOf, type WallTime } from '../../src/domain/wall-time.js';
import { parseCommand } from '../../src/intake/command.js';

const known = {
  targets: ['prod', 'branch'].map(id => ({ id: TargetId.parse(id) }) as Target),
  rules: ['tls-certificate', 'imap-login'],
};
const HOUR = 3_600_000;
const span = (ms: number) => ({ is: 'in', ms });
const clock = (pattern: string, day: string | null = null) => ({ is: 'clock', pattern, day });
const wants = (what: object) => ({ is: 'wants', wants: what });
const mute = (more: object) =>
  wants({ do: 'mute', target: 'prod', rule: null, until: span(2 * HOUR), zone: null, because: 'it is so', ...more });
const maintenance = (begins: unknown, more: object = {}) =>
  wants({
    do: 'maintenance',
    targets: ['prod'],
    begins,
    forMs: 4 * HOUR,
    zone: null,
    because: 'patches',
    ...more,
  });
const accept = (more: object = {}) =>
  wants({
    do: 'accept',
    target: 'prod',
    rule: 'tls-certificate',
    nth: null,
    until: clock('59 23 31 12 *', '2026-12-31'),
    zone: null,
    because: 'a new one is ordered',
    ...more,
  });

describe('silence by command', () => {
  it.each<[string, object]>([
    ['mute prod 2h because it is so', mute({})],
    ['/uccx MUTE Prod for 2h BECAUSE: it   is so', mute({})],
    ['mute prod 30m because it is so', mute({ until: span(HOUR / 2) })],
    ['mute prod 3d because it is so', mute({ until: span(72 * HOUR) })],
    ['mute prod tls-certificate 2h because it is so', mute({ rule: 'tls-certificate' })],
    ['mute prod until 14:00 because it is so', mute({ until: clock('0 14 * * *') })],
    [
      'mute prod imap-login until mon 08:00 Europe/Paris because it is so',
      mute({ rule: 'imap-login', until: clock('0 8 * * 1'), zone: 'Europe/Paris' }),
    ],
    ['mute prod until 2026-12-31 because it is so', mute({ until: clock('59 23 31 12 *', '2026-12-31') })],
    ['mute prod 2h because because is no reason', mute({ because: 'because is no reason' })],
    ['mute prod 2h because 2h UTC list', mute({ because: '2h UTC list' })],
    ['mute list', wants({ do: 'quiet-list' })],
    ['maintenance list', wants({ do: 'quiet-list' })],
    ['accept list', wants({ do: 'quiet-list' })],
    ['unmute prod', wants({ do: 'unmute', target: 'prod', rule: null })],
    ['unmute prod imap-login', wants({ do: 'unmute', target: 'prod', rule: 'imap-login' })],
    ['maintenance prod sat 22:00 for 4h because patches', maintenance(clock('0 22 * * 6'))],
    [
      'maintenance prod sat 22:00 for 4h Europe/Paris because patches',
      maintenance(clock('0 22 * * 6'), { zone: 'Europe/Paris' }),
    ],
    ['maintenance prod branch now for 4h because patches', maintenance({ is: 'now' }, { targets: ['prod', 'branch'] })],
    ['maintenance prod 22:00 for 90m because patches', maintenance(clock('0 22 * * *'), { forMs: 90 * 60_000 })],
    ['maintenance prod 2026-12-05 22:00 for 4h because patches', maintenance(clock('0 22 5 12 *', '2026-12-05'))],
    ['maintenance prod weekly sat 22:00 for 4h because patches', maintenance('0 22 * * 6')],
    ['maintenance prod daily 02:00 UTC for 4h because patches', maintenance('0 2 * * *', { zone: 'UTC' })],
    ['maintenance prod 0 22 1-7 * 6 for 4h because patches', maintenance('0 22 1-7 * 6')],
    ['maintenance off m-3k9x2a', wants({ do: 'maintenance-off', id: 'm-3k9x2a' })],
    ['accept prod tls-certificate until 2026-12-31 because a new one is ordered', accept()],
    ['accept prod TLS-Certificate#2 until 2026-12-31 because a new one is ordered', accept({ nth: 2 })],
    ['accept prod tls-certificate 30d because a new one is ordered', accept({ until: span(720 * HOUR) })],
    ['unaccept prod tls-certificate', wants({ do: 'unaccept', target: 'prod', rule: 'tls-certificate' })],
  ])('%j', (text, expected) => {
    const parsed = parseCommand(text, known);
    expect(parsed).toEqual(expected);
    if (parsed.is === 'wants') expect(Wants.parse(parsed.wants)).toEqual(parsed.wants);
  });

  it.each([
    ['mute', /^`mute` is asked for so: `\/uccx mute <target> 2h because/],
    ['mutte prod 2h because x', /There is no command `mutte`\. Did you mean `mute`\?/],
    ['mute prod 2h', /wants a reason at its end/],
    ['mute prod 2h because', /wants a reason at its end/],
    [`mute prod 2h because ${'x'.repeat(201)}`, /at most 200 characters/],
    ['mute prd 2h because x', /no target `prd`\. Did you mean `prod`\?/],
    ['mute prod tls-certificat 2h because x', /no finding `tls-certificat`\. Did you mean `tls-certificate`\?/],
    ['mute prod because x', /wants how long/],
    ['mute prod 2 because x', /wants how long/],
    ['mute prod until because x', /wants how long/],
    ['mute prod until 25:00 because x', /wants how long/],
    ['mute prod until 2026-02-30 because x', /wants how long/],
    ['mute prod until now because x', /wants how long/],
    ['mute prod 2h 3h because x', /wants how long/],
    ['mute prod until 14:00 Europe/Pariss because x', /no time zone `Europe\/Pariss`\. Did you mean `Europe\/Paris`\?/],
    ['mute prod until 14:00 UTC Europe/Paris because x', /One time zone/],
    ['unmute', /`unmute` wants what `mute` was given/],
    ['unmute prd', /Did you mean `prod`/],
    ['maintenance', /is asked for so/],
    ['maintenance sat 22:00 for 4h because x', /wants a target first/],
    ['maintenance rome sat 22:00 for 4h because x', /no target `rome`/],
    ['maintenance prod weeekly sat 22:00 for 4h because x', /no time `weeekly`\. Did you mean `weekly`\?/],
    ['maintenance prod for 4h because x', /wants when it begins/],
    ['maintenance prod sat for 4h because x', /wants when it begins/],
    ['maintenance prod every 4h for 1h because x', /I know no/],
    ['maintenance prod sat 22:00 because x', /wants how long it lasts/],
    ['maintenance prod sat 22:00 for 8d because x', /from 5m to 7d/],
    ['maintenance prod sat 22:00 for 1m because x', /from 5m to 7d/],
    ['maintenance prod sat 22:00 for 4h', /wants a reason/],
    ['maintenance off', /wants one window/],
    ['accept prod', /wants a reason/],
    ['accept prod because x', /wants a target and one of its findings/],
    ['accept prod tls-certificate because x', /wants until when/],
    ['accept prod tls-certificate#0 until 2026-12-31 because x', /Behind `#` stands which/],
    ['unaccept prod', /wants what `accept` was given/],
  ])('%j is a mistake', (text, says) => {
    const parsed = parseCommand(text, known);
    expect(parsed.is === 'mistake' && parsed.says).toMatch(says);
  });

  it('takes whatever follows without breaking off, and gives back only what can be kept', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'prod',
        'until',
        'for',
        '2h',
        'sat',
        '22:00',
        '2026-12-31',
        'because',
        'weekly',
        'now',
        '*',
        '0',
        'tls-certificate#2',
      ),
      fc.string({ maxLength: 12 }),
    );
    const verb = fc.constantFrom('mute', 'maintenance', 'accept', 'unmute', 'unaccept');
    fc.assert(
      fc.property(verb, fc.array(word, { maxLength: 10 }), (first, words) => {
        const parsed = parseCommand(`${first} ${words.join(' ')}`, known);
        if (parsed.is === 'wants') expect(Wants.safeParse(parsed.wants).success).toBe(true);
      }),
    );
  });
});

describe('a moment as people name it', () => {
  const NOW = Date.parse('2026-10-24T12:00:00.000Z'); // a Saturday; in Paris 14:00, and the clocks go back the night after
  it.each<[string, object, string, string | null]>([
    ['now', { is: 'now' }, 'Europe/Paris', '2026-10-24T12:00:00.000Z'],
    ['in two hours', span(2 * HOUR), 'Europe/Paris', '2026-10-24T14:00:00.000Z'],
    ['today', clock('0 15 * * *'), 'Europe/Paris', '2026-10-24T13:00:00.000Z'],
    ['tomorrow, where it is over today', clock('0 14 * * *'), 'Europe/Paris', '2026-10-25T13:00:00.000Z'],
    ['this Saturday', clock('0 22 * * 6'), 'Europe/Paris', '2026-10-24T20:00:00.000Z'],
    ['next Saturday', clock('0 13 * * 6'), 'Europe/Paris', '2026-10-31T12:00:00.000Z'],
    ['the first of two', clock('30 2 * * *'), 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
    ['a day', clock('59 23 31 12 *', '2026-12-31'), 'Europe/Paris', '2026-12-31T22:59:00.000Z'],
    ['a day that is over', clock('59 23 23 10 *', '2026-10-23'), 'Europe/Paris', null],
    ['a day of another year', clock('0 12 29 2 *', '2027-02-29'), 'UTC', null],
  ])('%s', (_, time, zone, moment) => {
    const at = momentOf(time as WallTime, zone, NOW);
    expect(at === null ? null : new Date(at).toISOString()).toBe(moment);
  });
});
