import { describe, expect, it } from 'vitest';
import { maintenanceOf } from '../../src/config/maintenance.js';
import { readConfig } from '../../src/config/read-config.js';
import { fileWith, mistakesIn } from './section.js';

/** Windows of maintenance that stand in the file. */
const file = (windows: string) => fileWith('maintenance', windows);

it('are those that people ask for, with nobody who asked', () => {
  const text =
    file(`  - { id: patches, when: weekly sat 22:00, for: 4h, zone: Europe/Berlin, targets: [prod], because: patches, to: { slack: C0123456789 } }
  - { id: move, when: 2026-12-05 22:00, for: 2d, because: we move }`);
  const read = readConfig(text);
  if (read.is === 'bad') throw new Error(mistakesIn(text).join('\n'));
  expect(maintenanceOf(read.config)).toMatchObject([
    {
      id: 'patches',
      by: null,
      targets: ['prod'],
      times: { is: 'again', pattern: '0 22 * * 6', forMs: 14_400_000 },
      zone: 'Europe/Berlin',
      to: { is: 'named', platform: 'slack', name: 'C0123456789' },
    },
    {
      id: 'move',
      targets: [],
      times: { is: 'once', from: '2026-12-05T21:00:00.000Z', until: '2026-12-07T21:00:00.000Z' },
      zone: 'Europe/Paris',
      to: null,
    },
  ]);
});

describe('a mistake is told', () => {
  it.each([
    ['no time', 'when: sometimes, for: 4h, because: x', /^maintenance\[0\]\.when: .*expected daily 02:00/],
    ['no day', 'when: sat 22:00, for: 4h, because: x', /^maintenance\[0\]\.when: .*2026-12-05 22:00/],
    ['a day that there is not', 'when: 2026-02-30 22:00, for: 4h, because: x', /^maintenance\[0\]\.when/],
    ['apart', 'when: every 4h, for: 1h, because: x', /^maintenance\[0\]\.when/],
    ['too long', 'when: daily 02:00, for: 8d, because: x', /^maintenance\[0\]\.for: .*from 5m to 7d/],
    [
      'into itself',
      'when: daily 02:00, for: 25h, because: x',
      /^maintenance\[0\]\.for: .*before the one before has ended/,
    ],
    ['no reason', 'when: daily 02:00, for: 4h', /^maintenance\[0\]\.because|^maintenance\[0\].*because/],
    [
      'a target that is none',
      'when: daily 02:00, for: 4h, because: x, targets: [prodd]',
      /^maintenance\[0\]\.targets\[0\]: no target has this id; did you mean prod\?/,
    ],
    [
      'a platform that is not there',
      'when: daily 02:00, for: 4h, because: x, to: { teams: 19:x }',
      /there is no section teams, so nobody could be told there/,
    ],
    [
      'an unknown key',
      'when: daily 02:00, for: 4h, because: x, zones: UTC',
      /unknown key «zones»; did you mean zone\?/,
    ],
  ])('%s', (_, window, says) => {
    const all = mistakesIn(file(`  - { id: a, ${window} }`));
    expect(
      all.some(each => says.test(each)),
      all.join('\n'),
    ).toBe(true);
  });

  it('two of one name', () => {
    const one = '  - { id: a, when: daily 02:00, for: 4h, because: x }';
    expect(mistakesIn(file(`${one}\n${one}`))).toEqual([expect.stringMatching(/there is a window of this id already/)]);
  });
});
