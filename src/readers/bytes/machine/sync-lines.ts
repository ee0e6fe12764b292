import { endOfLine, isDigit, isSame } from './bytes';
import { find, lengthOf } from './known-words';
import { GIVEN, LINES, ROOM, ROOMS, TOLD } from './layout';
import { firstTelling } from './telling-words';

/** How many lines were taken; of these, with a time; where the last of those begins; and then how many calls each server answered. */
const TAKEN = TOLD;
const BEGUN = TOLD + 4;
const LAST = TOLD + 8;
const ANSWERED_BY = TOLD + 16;

/** The words before a status of two hundred and something, given once and for all. */
const STATUS: u32 = ROOMS - 64;
let statusBytes: u32 = 0;

/** The words before a number of which only the largest counts, given once and for all. */
const COUNTED: u32 = ROOMS - 32;
let countedBytes: u32 = 0;

/** Where the first telling word of what has not been taken begins. */
let telling: u32 = 0;

export function answersAre(length: u32): void {
  statusBytes = length;
  memory.copy(STATUS, GIVEN, length);
}

export function countsAre(length: u32): void {
  countedBytes = length;
  memory.copy(COUNTED, GIVEN, length);
}

/** A server as lines name it, between two commas, goes to a room of its own. */
export function knowServer(room: u32, length: u32): void {
  const at = ROOMS + room * ROOM;
  store<u32>(at, length);
  memory.copy(at + 8, GIVEN, length);
}

/** Whole lines lie there, so many bytes of them. */
export function openSync(bytes: u32): void {
  telling = firstTelling(LINES, LINES + bytes);
}

/**
 * Takes the lines that tell nothing but their time, those of calls that were answered well to a user and a server that are known, and
 * those with a number that is not larger than `most`. Gives where the first other line begins.
 */
export function takeSync(from: u32, bytes: u32, servers: u32, most: i32): u32 {
  const limit = LINES + bytes;
  let at = LINES + from;
  let taken: u32 = 0;
  let begun: u32 = 0;
  let last: u32 = 0;
  memory.fill(ANSWERED_BY, 0, servers * 4);
  while (at < limit) {
    if (telling < at) telling = firstTelling(at, limit);
    const end = endOfLine(at);
    const begins = beginningOf(at, end);
    if (begins === UNSURE) break;
    if (telling < end && (begins === NO || !(isNoMore(end, limit, most) || isAnswered(at, end, limit, servers)))) break;
    taken++;
    if (begins === YES) {
      begun++;
      last = at - LINES;
    }
    at = end + 1;
  }
  store<u32>(TAKEN, taken);
  store<u32>(BEGUN, begun);
  store<u32>(LAST, last);
  return at - LINES;
}

/** Whether a line tells a number that is not larger, in the usual spelling, and nothing more. */
function isNoMore(end: u32, limit: u32, most: i32): bool {
  let at = telling + countedBytes;
  if (at > end || !isSame(telling, COUNTED, countedBytes)) return false;
  while (load<u8>(at) === COLON || load<u8>(at) === BLANK) at++;
  const last = at + MOST_DIGITS;
  let number: i32 = 0;
  while (isDigit(load<u8>(at)) && at < last) number = number * 10 + <i32>(load<u8>(at++) - 0x30);
  if (number > most) return false;
  const more = firstTelling(at, limit);
  if (more < end) return false;
  telling = more;
  return true;
}

/** Whether a line tells of an answer of a known server, which is counted, and of nothing more. */
function isAnswered(from: u32, end: u32, limit: u32, servers: u32): bool {
  const name = endOfThread(from, limit);
  if (name === 0) return false;
  for (let room: u32 = 0; room < servers; room++) {
    const server = ROOMS + room * ROOM;
    const length = load<u32>(server);
    if (name + length > limit || !isSame(name, server + 8, length)) continue;
    const user = name + length;
    const known = find(user, limit);
    if (known === -1 || user + lengthOf(known) > telling - 3 || !isLabelled(telling) || !isStatus(telling, limit))
      return false;
    const more = firstTelling(telling + statusBytes, limit);
    if (more < end) return false;
    telling = more;
    const answers = ANSWERED_BY + room * 4;
    store<u32>(answers, load<u32>(answers) + 1);
    return true;
  }
  return false;
}

const NO = 0;
const YES = 1;
/** Signs of several bytes hide it. */
const UNSURE = 2;

/** Whether a line begins with a time of day. */
function beginningOf(at: u32, end: u32): i32 {
  if (end - at < 12) return NO;
  const one = load<u32>(at);
  const two = load<u32>(at, 4);
  const three = load<u32>(at, 8);
  if (((one | two | three) & 0x80808080) !== 0) return UNSURE;
  const isTime =
    (one & 0xff0000) === COLON << 16 &&
    (two & 0xff00) === COLON << 8 &&
    (three & 0xff) === DOT &&
    isDigit(one & 0xff) &&
    isDigit(two & 0xff) &&
    isDigit(two >> 24) &&
    isDigit(three >> 24);
  return isTime ? YES : NO;
}

/** Where the comma behind `01:10:20.300 |6549` stands; 0 where it stands otherwise. */
function endOfThread(from: u32, limit: u32): u32 {
  let at = from + 14;
  if (at + 20 > limit || load<u8>(at - 2) !== BLANK || load<u8>(at - 1) !== BAR) return 0;
  const most = at + 10;
  while (at < most && isDigit(load<u8>(at))) at++;
  return load<u8>(at) === COMMA ? at : 0;
}

/** Behind `[file.cpp:1]: `. */
function isLabelled(at: u32): bool {
  return load<u8>(at - 3) === CLOSE && load<u8>(at - 2) === COLON && load<u8>(at - 1) === BLANK;
}

/** `HTTP Status code: 200` and its like. */
function isStatus(at: u32, limit: u32): bool {
  const number = at + statusBytes;
  return (
    number + 3 <= limit &&
    isSame(at, STATUS, statusBytes) &&
    load<u8>(number) === TWO &&
    isDigit(load<u8>(number + 1)) &&
    isDigit(load<u8>(number + 2))
  );
}

/** More are no number for the other side either. */
const MOST_DIGITS: u32 = 9;
const BLANK = 0x20;
const COMMA = 0x2c;
const DOT = 0x2e;
const TWO = 0x32;
const COLON = 0x3a;
const CLOSE = 0x5d;
const BAR = 0x7c;
