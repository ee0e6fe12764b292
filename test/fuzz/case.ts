import { diceOf } from './dice.js';
import { planted } from './plant.js';
import type { Seeds } from './seeds.js';
import { spoiltParts } from './spoil-parts.js';
import { encoded, spoiltLines, withEnds } from './spoil-text.js';

/** What is read, and in pieces of how many bytes it comes. */
export type Case = { bytes: Buffer; piece: number };

/** One case, from the seed of the run and its number alone. */
export const caseOf = (seeds: Seeds, seed: number, number: number): Case => {
  const dice = diceOf(seed, seeds.reader, number);
  const bytes = seeds.are === 'parts' ? spoiltParts(dice.oneOf(seeds.files), dice, seeds.files) : textCase();
  const piece = dice.oneOf([65_536, 65_536, 1024, 1 + dice.below(64)]);
  return { bytes, piece: bytes.length > 4000 ? 65_536 : piece };

  function textCase(): Buffer {
    if (seeds.are !== 'text') return Buffer.alloc(0);
    const lines = spoiltLines(dice.oneOf(seeds.files), dice, seeds.files);
    const write = (some: readonly string[]) => withEnds(some, dice);
    return encoded(dice.once(2) ? planted(lines, write, dice) : write(lines), dice);
  }
};
