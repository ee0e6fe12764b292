/** Chance of one fuzz case: the same numbers for the same seed, so that every case can be had again. */
export type Dice = {
  /** A whole number from 0 up to, and without, `most`. */
  below: (most: number) => number;
  oneOf: <T>(from: readonly T[]) => T;
  /** True once in `times`. */
  once: (times: number) => boolean;
};

/** Of a case: which run, which reader, which of its cases. */
export const diceOf = (seed: number, reader: string, number: number): Dice => {
  let state = seed >>> 0;
  for (const sign of reader) state = Math.imul(state ^ sign.charCodeAt(0), 0x01000193) >>> 0;
  state = (state ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0;
  // mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(next() * most);
  return { below, oneOf: from => from[below(from.length)] as (typeof from)[number], once: times => below(times) === 0 };
};
