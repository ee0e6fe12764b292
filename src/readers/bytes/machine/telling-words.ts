import { isSame } from './bytes';
import { CHAINS, GIVEN, MARKS, PLACES } from './layout';

/** Every word has so many bytes or more: four bytes of each stand at a place that is looked at. */
const LEAST: u32 = 15;
const GRAM: u32 = 4;
const STEP: u32 = LEAST - GRAM + 1;
const CHAINS_MASK: u32 = 0xfff;

let free: u32 = PLACES;

/** From now on no word does. */
export function noneTells(): void {
  memory.fill(MARKS, 0, PLACES - MARKS);
  free = PLACES;
}

/** From now on the word that was given tells something. */
export function tells(length: u32): void {
  const word = free;
  memory.copy(word, GIVEN, length);
  free += (length + 3) & ~3;
  for (let offset: u32 = 0; offset < STEP; offset++) {
    const gram = load<u32>(word + offset);
    const mark = markOf(gram);
    store<u8>(MARKS + mark, 1);
    const chain = chainAt(mark);
    store<u32>(free, gram);
    store<u32>(free, word, 4);
    store<u32>(free, length, 8);
    store<u32>(free, offset, 12);
    store<u32>(free, load<u32>(chain), 16);
    store<u32>(chain, free);
    free += 20;
  }
}

/** Where the first of them begins, at or behind `from`; `limit` where there is none. Looks at four bytes in twelve alone. */
export function firstTelling(from: u32, limit: u32): u32 {
  let at = from + STEP - 1;
  while (at + GRAM <= limit) {
    // Four places at once: most often none of them is marked.
    while (
      at + 3 * STEP + GRAM <= limit &&
      !(isMarked(at) | isMarked(at + STEP) | isMarked(at + 2 * STEP) | isMarked(at + 3 * STEP))
    )
      at += 4 * STEP;
    const found = at + GRAM <= limit && isMarked(at) ? wordAround(at, from, limit) : 0;
    if (found !== 0) return found;
    at += STEP;
  }
  return limit;
}

function isMarked(at: u32): i32 {
  return load<u8>(MARKS + markOf(load<u32>(at)));
}

function wordAround(at: u32, from: u32, limit: u32): u32 {
  const gram = load<u32>(at);
  for (let place = load<u32>(chainAt(markOf(gram))); place !== 0; place = load<u32>(place, 16)) {
    if (load<u32>(place) !== gram) continue;
    const length = load<u32>(place, 8);
    const begin = at - load<u32>(place, 12);
    if (begin >= from && begin + length <= limit && isSame(begin, load<u32>(place, 4), length)) return begin;
  }
  return 0;
}

function markOf(gram: u32): u32 {
  return (gram * 0x9e3779b1) >> 16;
}

function chainAt(mark: u32): u32 {
  return CHAINS + ((mark & CHAINS_MASK) << 2);
}
