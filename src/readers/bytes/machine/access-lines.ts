import { isDigit, isSame } from './bytes';
import { find, lengthOf } from './known-words';
import { GIVEN, LINES, ROOM, ROOMS, TOLD } from './layout';

/**
 * A shape of line lies in a room of its own: where the time of day and the id stand in it, how long what lies before the time, between it
 * and the id, and behind the address is, and these bytes.
 */
const TIME_AT: u32 = 0;
const ID_AT: u32 = 4;
const BEHIND: u32 = 8;
/** The room of the shape that came after it the last time, from 1; 0 where none did. */
const NEXT: u32 = 12;
const FRONT: u32 = 16;

const TIME_BYTES: u32 = 8;
/** A GUID in its usual form. */
const ID_BYTES: u32 = 36;
/** So many lines are told of at once. Each takes five words: its shape, its id, its time of day in ms, where it begins and ends. */
const MOST_TOLD: u32 = 16;
const TOLD_BYTES: u32 = 20;

let latest: u32 = 0;

/** What was given are the bytes of a shape, which goes to a room of its own; no part has less than eight. */
export function knowShape(room: u32, timeAt: u32, idAt: u32, behind: u32): void {
  const shape = ROOMS + room * ROOM;
  store<u32>(shape, timeAt, TIME_AT);
  store<u32>(shape, idAt, ID_AT);
  store<u32>(shape, behind, BEHIND);
  store<u32>(shape, 0, NEXT);
  memory.copy(shape + FRONT, GIVEN, idAt - TIME_BYTES + behind);
  latest = 0;
}

/** Looks at lines from `from` on while they are like earlier ones; gives of how many it told. */
export function takeAccess(from: u32, bytes: u32, shapes: u32): u32 {
  const limit = LINES + bytes;
  let at = LINES + from;
  let told = TOLD;
  for (let each: u32 = 0; each < MOST_TOLD; each++) {
    const shape = shapeAt(at, limit, shapes);
    if (shape === 0) return each;
    const id = at + load<u32>(shape, ID_AT);
    const known = id + ID_BYTES < limit ? find(id, limit) : -1;
    if (known === -1) return each;
    const rest = id + lengthOf(known);
    const time = timeOfDay(at + load<u32>(shape, TIME_AT));
    const behind = load<u32>(shape, BEHIND);
    const to = rest + behind;
    // The bytes of a shape lie side by side without its time of day and its id.
    if (time < 0 || to > limit || !isSame(rest, shape + FRONT + load<u32>(shape, ID_AT) - TIME_BYTES, behind))
      return each;
    store<u32>(told, (shape - ROOMS) / ROOM);
    store<u32>(told, known, 4);
    store<u32>(told, time, 8);
    store<u32>(told, at - LINES, 12);
    store<u32>(told, to - LINES, 16);
    told += TOLD_BYTES;
    at = to;
  }
  return MOST_TOLD;
}

/** Servers call in turns, so whoever came after this one the last time is looked for first. */
function shapeAt(at: u32, limit: u32, shapes: u32): u32 {
  const next = latest === 0 ? 0 : load<u32>(latest, NEXT);
  const expected = next === 0 ? 0 : ROOMS + (next - 1) * ROOM;
  if (expected !== 0 && isShapeAt(at, limit, expected)) {
    latest = expected;
    return expected;
  }
  for (let room: u32 = 0; room < shapes; room++) {
    const shape = ROOMS + room * ROOM;
    if (shape === expected || !isShapeAt(at, limit, shape)) continue;
    if (latest !== 0) store<u32>(latest, room + 1, NEXT);
    latest = shape;
    return shape;
  }
  return 0;
}

function isShapeAt(at: u32, limit: u32, shape: u32): bool {
  const time = load<u32>(shape, TIME_AT);
  const id = load<u32>(shape, ID_AT);
  const middle = time + TIME_BYTES;
  return at + id <= limit && isSame(at, shape + FRONT, time) && isSame(at + middle, shape + FRONT + time, id - middle);
}

let lastTime: u64 = 0;
let lastMs: i32 = -1;

/** `11:35:54` in milliseconds; -1 where it is none. Many lines in a row have the same. */
function timeOfDay(at: u32): i32 {
  const time = load<u64>(at);
  if (time !== lastTime) {
    lastTime = time;
    lastMs = msOf(at);
  }
  return lastMs;
}

function msOf(at: u32): i32 {
  if (load<u8>(at + 2) !== COLON || load<u8>(at + 5) !== COLON) return -1;
  const hour = two(at);
  const minute = two(at + 3);
  const second = two(at + 6);
  return hour < 24 && minute < 60 && second <= 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : -1;
}

/** A number of two digits; more than all of those where it is none. */
function two(at: u32): i32 {
  const tens = load<u8>(at);
  const ones = load<u8>(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + ones - 0x30 : 100;
}

const COLON = 0x3a;
