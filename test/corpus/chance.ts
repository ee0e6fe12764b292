/** Chance that comes out the same for the same seed. */
export type Chance = { shuffled: <T>(from: readonly T[]) => T[] };

export const chance = (seed: number): Chance => {
  let state = seed >>> 0;
  // mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    shuffled: from => {
      const items = [...from];
      for (let at = items.length - 1; at > 0; at -= 1) {
        const other = Math.floor(next() * (at + 1));
        [items[at], items[other]] = [items[other] as (typeof items)[0], items[at] as (typeof items)[0]];
      }
      return items;
    },
  };
};
