import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import { watchesOf } from '../../src/config/watches.js';
import { fileWith, mistakesIn } from './section.js';

/** Watches that stand in the file. */
const file = (watches: string) => fileWith('watches', watches);

it('are those that people ask for, with nobody who asked', () => {
  const text = file(`  - { id: night, every: 5m, to: { slack: C0123456789 } }
  - { id: eager, every: 10s, targets: [prod], zone: UTC, breaksAfter: 2, recoversAfter: 1, flapsAfter: 4, remindEvery: never, logInEvery: 1h, agree: 1, to: { slack: C2 } }`);
  const read = readConfig(text);
  if (read.is === 'bad') throw new Error(mistakesIn(text).join('\n'));
  const patience = {
    breaksAfter: 3,
    recoversAfter: 2,
    flapsAfter: 6,
    flapsWithinMs: 3_600_000,
    remindsAfterMs: 14_400_000,
  };
  expect(watchesOf(read.config)).toEqual([
    {
      id: 'night',
      everyMs: 300_000,
      zone: 'Europe/Paris',
      targets: [],
      patience,
      logsInEveryMs: 1_800_000,
      agree: null,
      to: { is: 'named', platform: 'slack', name: 'C0123456789' },
      by: null,
    },
    {
      id: 'eager',
      everyMs: 10_000,
      zone: 'UTC',
      targets: ['prod'],
      patience: { ...patience, breaksAfter: 2, recoversAfter: 1, flapsAfter: 4, remindsAfterMs: null },
      logsInEveryMs: 3_600_000,
      agree: 1,
      to: { is: 'named', platform: 'slack', name: 'C2' },
      by: null,
    },
  ]);
});

describe('a mistake is told', () => {
  it.each([
    ['no interval', '{ id: a, to: { slack: C1 } }', /watches\[0\](?:\.every)?: /],
    ['too often', '{ id: a, every: 1s, to: { slack: C1 } }', /every: .*expected a span such as 5m/],
    ['too seldom', '{ id: a, every: 2d, to: { slack: C1 } }', /every: .*at most 24h/],
    ['logins too often', '{ id: a, every: 5m, logInEvery: 5m, to: { slack: C1 } }', /logInEvery: /],
    [
      'a target that is none',
      '{ id: a, every: 5m, targets: [prodd], to: { slack: C1 } }',
      /targets\[0\]: no target has this id; did you mean prod\?/,
    ],
    ['a platform that is not there', '{ id: a, every: 5m, to: { console: true } }', /there is no section console/],
    [
      'more sites than look',
      '{ id: a, every: 5m, agree: 2, to: { slack: C1 } }',
      /agree: only 1 of the sites look at one of its targets, so 2 can never agree/,
    ],
    ['an unknown key', '{ id: a, every: 5m, breakAfter: 2, to: { slack: C1 } }', /did you mean breaksAfter\?/],
  ])('%s', (_, watch, says) => {
    const all = mistakesIn(file(`  - ${watch}`));
    expect(
      all.some(each => says.test(each)),
      all.join('\n'),
    ).toBe(true);
  });

  it('two of one name', () => {
    const one = '  - { id: a, every: 5m, to: { slack: C1 } }';
    expect(mistakesIn(file(`${one}\n${one}`))).toEqual([expect.stringMatching(/there is a watch of this id already/)]);
  });
});
