import { expect, it } from 'vitest';
import { lasted } from '../../src/view/words.js';

const MIN = 60_000;
it.each([
  [400, '400 ms'],
  [59_000, '59 s'],
  [20 * MIN, '20 min'],
  [89 * MIN, '89 min'],
  [90 * MIN, '1 h 30 min'],
  [120 * MIN, '2 h'],
  [119.9 * MIN, '1 h 59 min'],
  [47 * 60 * MIN, '47 h'],
  [48 * 60 * MIN, '2 days'],
  [71 * 60 * MIN, '2 days 23 h'],
])('what lasted %d ms is never rounded up to what did not pass: %s', (ms, words) => expect(lasted(ms)).toBe(words));
