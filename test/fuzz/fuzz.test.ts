import { describe, expect, it } from 'vitest';
import { fuzz } from './run.js';
import { seedsOf } from './seeds.js';

/** `npm run fuzz` makes a million of each; these are always the same few. */
const CASES = 60;
const signal = new AbortController().signal;

describe('spoilt files crash no reader, keep nobody waiting and give no secret away', () => {
  it.each(seedsOf().map(seeds => [seeds.reader, seeds] as const))('%s', async (_, seeds) => {
    const { cases, faults } = await fuzz(seeds, { seed: 20261121, cases: CASES, signal });
    expect(faults).toEqual([]);
    expect(cases).toBe(CASES);
  });
});
