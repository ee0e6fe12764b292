import { describe, expect, it } from 'vitest';
import { digestsOf } from '../../src/config/digests.js';
import { readConfig } from '../../src/config/read-config.js';
import { fileWith, mistakesIn, SLACK } from './section.js';

/** Digests that stand in the file. */
const file = (digests: string, rest = SLACK) => fileWith('digests', digests, rest);

it('are those that people ask for, with nobody who asked', () => {
  const text = file(
    `  - { id: morning, when: weekdays 07:30, zone: Europe/Berlin, targets: [prod], onlyChanges: true, to: { slack: C0123456789 } }
  - { id: often, when: every 4h, to: { console: true } }
  - { id: monthly, when: 0 8 1 * *, to: { slack: C0123456789 } }`,
    `${SLACK}\nconsole: {}\ntimeZone: Europe/Paris`,
  );
  const read = readConfig(text);
  if (read.is === 'bad') throw new Error(mistakesIn(text).join('\n'));
  expect(digestsOf(read.config)).toEqual([
    {
      id: 'morning',
      when: { is: 'cron', pattern: '30 7 * * 1-5' },
      zone: 'Europe/Berlin',
      targets: ['prod'],
      onlyChanges: true,
      to: { is: 'named', platform: 'slack', name: 'C0123456789' },
      by: null,
    },
    {
      id: 'often',
      when: { is: 'every', everyMs: 14_400_000 },
      zone: 'Europe/Paris',
      targets: [],
      onlyChanges: false,
      to: { is: 'named', platform: 'console', name: 'true' },
      by: null,
    },
    expect.objectContaining({ id: 'monthly', when: { is: 'cron', pattern: '0 8 1 * *' } }),
  ]);
});

describe('a mistake is told', () => {
  it.each([
    [
      'no time',
      '{ id: a, when: sometimes, to: { slack: C0123456789 } }',
      /^digests\[0\]\.when: .*expected daily 08:00/,
    ],
    ['too often', '{ id: a, when: every 1m, to: { slack: C0123456789 } }', /^digests\[0\]\.when: .*expected daily/],
    [
      'no zone',
      '{ id: a, when: daily 08:00, zone: Paris, to: { slack: C0123456789 } }',
      /^digests\[0\]\.zone: .*Europe\/Paris/,
    ],
    ['a name of a channel', '{ id: a, when: daily 08:00, to: { slack: "#ops" } }', /^digests\[0\]\.to/],
    ['no place', '{ id: a, when: daily 08:00 }', /^digests\[0\]\.to|^digests\[0\]/],
    [
      'a target that is none',
      '{ id: a, when: daily 08:00, targets: [prodd], to: { slack: C0123456789 } }',
      /^digests\[0\]\.targets\[0\]: no target has this id; did you mean prod\?/,
    ],
    [
      'a platform that is not there',
      '{ id: a, when: daily 08:00, to: { console: true } }',
      /there is no section console, so nobody could be told there/,
    ],
    [
      'an unknown key',
      '{ id: a, when: daily 08:00, onlyChange: true, to: { slack: C0123456789 } }',
      /unknown key «onlyChange»; did you mean onlyChanges\?/,
    ],
  ])('%s', (_, digest, says) => {
    const all = mistakesIn(file(`  - ${digest}`));
    expect(
      all.some(each => says.test(each)),
      all.join('\n'),
    ).toBe(true);
  });

  it('two of one name', () => {
    const one = '  - { id: a, when: daily 08:00, to: { slack: C0123456789 } }';
    expect(mistakesIn(file(`${one}\n${one}`))).toEqual([expect.stringMatching(/there is a digest of this id already/)]);
  });
});
