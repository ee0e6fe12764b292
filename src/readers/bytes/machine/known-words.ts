import { isSame } from './bytes';
import { GIVEN, LENGTHS, SLOTS, WORDS } from './layout';

/** Words of 8 to 64 bytes; each has a number. Who shares a place with too many others is not remembered. */
const ROOM_SHIFT: u32 = 6;
const NEAR: u32 = 8;
const FIRST_SLOTS: u32 = 256;
const MOST: u32 = 60_000;

let count: u32 = 0;
let mask: u32 = FIRST_SLOTS - 1;

/** The number of the word that stands there; -1 where none is known. */
export function find(at: u32, limit: u32): i32 {
  if (at + 8 > limit) return -1;
  const first = placeOf(at);
  for (let near: u32 = 0; near < NEAR; near++) {
    const one = load<u32>(slotAt(first + near));
    if (one === 0) return -1;
    const length = lengthOf(one - 1);
    if (at + length <= limit && isSame(at, wordAt(one - 1), length)) return one - 1;
  }
  return -1;
}

export function lengthOf(one: u32): u32 {
  return load<u8>(LENGTHS + one);
}

/** Gives the number of a word that was given; below all others where everything before was forgotten. */
export function remember(length: u32): i32 {
  const known = find(GIVEN, GIVEN + length);
  if (known !== -1 && lengthOf(known) === length) return known;
  if (count >= MOST) forget();
  else if (count * 2 > mask) grow();
  store<u8>(LENGTHS + count, <u8>length);
  memory.copy(wordAt(count), GIVEN, length);
  put(count);
  return count++;
}

function put(one: u32): void {
  const first = placeOf(wordAt(one));
  for (let near: u32 = 0; near < NEAR; near++) {
    const slot = slotAt(first + near);
    if (load<u32>(slot) !== 0) continue;
    store<u32>(slot, one + 1);
    return;
  }
}

function grow(): void {
  memory.fill(SLOTS, 0, (mask + 1) * 4);
  mask = mask * 2 + 1;
  for (let one: u32 = 0; one < count; one++) put(one);
}

export function countOfKnown(): u32 {
  return count;
}

export function forget(): void {
  memory.fill(SLOTS, 0, (mask + 1) * 4);
  mask = FIRST_SLOTS - 1;
  count = 0;
}

/** The first eight signs tell nearly all GUIDs apart. */
function placeOf(at: u32): u32 {
  const mixed = (load<u32>(at) * 0x9e3779b1) ^ (load<u32>(at, 4) * 0x85ebca6b);
  return mixed ^ (mixed >> 15);
}

function slotAt(place: u32): u32 {
  return SLOTS + ((place & mask) << 2);
}

function wordAt(one: u32): u32 {
  return WORDS + (one << ROOM_SHIFT);
}
