import type { AccessLine } from './access-line.js';
import type { Followed } from './subscriptions.js';
import type { Sender } from './tally.js';

type Answer = 'ok' | 'otherBody';
/** `from` and `to`: where the line lies, with its end. */
type OnKnown = (sender: Sender, about: Followed, at: number, answer: Answer, from: number, to: number) => void;

/**
 * A shortcut for the lines of an access log that differ from an earlier one in time of day and in the id with what follows it in its
 * address alone, which is nearly all of them: eight bytes at a time are compared with that line, and no string is made. Whatever differs
 * in more takes the usual way.
 */
export const likeLines = () => {
  let shapes: Shape[] = [];
  const places = new Map<number, number>();
  let known: Followed[] = [];
  let ids = new Int32Array(1024 * WORDS);
  /** What follows an id in its address (`&pid=25672`), which is the same whenever it calls. */
  let tails = new Uint8Array(1024 * TAIL_BYTES);
  let tailBytes = new Uint8Array(1024);
  /** Learning costs more than reading a line: a log of which no two lines are alike soon learns no more. */
  let credit = MOST_CREDIT;

  return { take, learn };

  /** Takes lines from `from` on while they are like earlier ones; gives where the first other line begins. */
  function take(view: DataView, from: number, onKnown: OnKnown): number {
    let at = from;
    let next = one(view, at, onKnown);
    while (next !== at) {
      at = next;
      next = one(view, at, onKnown);
    }
    return at;
  }

  function one(view: DataView, from: number, onKnown: OnKnown): number {
    for (const shape of shapes) {
      if (from + shape.idAt + ID_BYTES + TAIL_BYTES > view.byteLength || !isLike(view, from, shape.before)) continue;
      const place = places.get(keyAt(view, from + shape.idAt));
      if (place === undefined || !isIdAt(view, from + shape.idAt, ids, place * WORDS)) return from;
      const tail = from + shape.idAt + ID_BYTES;
      const rest = tail + (tailBytes[place] as number);
      if (!isLike(view, rest, shape.behind)) continue;
      const time = timeAt(view, from + shape.timeAt);
      const about = known[place];
      if (time < 0 || !isTailAt(view, tail, place) || !about?.isAlive) return from;
      const to = rest + shape.behind.length;
      onKnown(shape.sender, about, shape.day + time, shape.answer, from, to);
      credit = Math.min(MOST_CREDIT, credit + 1);
      return to;
    }
    return from;
  }

  function isTailAt(view: DataView, from: number, place: number): boolean {
    const [start, bytes] = [place * TAIL_BYTES, tailBytes[place] as number];
    for (let at = 0; at < bytes; at++) if (view.getUint8(from + at) !== tails[start + at]) return false;
    return true;
  }

  /** Remembers a line that was taken the usual way; `bytes` holds it with its end. */
  function learn(bytes: Buffer, line: AccessLine, who: { sender: Sender; about: Followed }, answer: Answer): void {
    if (--credit < 0 && credit % 64 !== 0) return;
    const { timeAt: time, idAt: id } = line;
    const tail = id + ID_BYTES;
    const rest = bytes.indexOf(BLANK, tail);
    const holes = time + TIME_BYTES + 8 <= id && time >= 8 && rest !== -1 && rest + 8 <= bytes.length;
    if (line.id?.length !== ID_BYTES || !holes || bytes.length > MOST_BYTES || rest - tail > TAIL_BYTES) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Where a sign of several bytes comes first, places in the text are none in the bytes.
    if (timeAt(view, time) < 0 || bytes.toString('latin1', id, tail) !== line.id) return;
    rememberId(view, id, rest, who.about);
    const day = line.at - timeAt(view, time);
    const isKnown = (shape: Shape) =>
      shape.day === day && isLike(view, 0, shape.before) && isLike(view, rest, shape.behind);
    if (shapes.some(isKnown)) return;
    const before = stretchOf(view, 0, id, [...covered(0, time), ...covered(time + TIME_BYTES, id)]);
    const behind = stretchOf(view, rest, bytes.length, covered(rest, bytes.length));
    shapes = [
      { before, behind, timeAt: time, idAt: id, day, answer, sender: who.sender },
      ...shapes.filter(({ sender }) => sender !== who.sender),
    ].slice(0, MOST_SHAPES);
  }

  /** Two ids with one key: the later one has it, and the other takes the usual way. */
  function rememberId(view: DataView, at: number, rest: number, about: Followed): void {
    if (known.length >= MOST_KNOWN) {
      places.clear();
      known = [];
    }
    const key = keyAt(view, at);
    const place = places.get(key) ?? known.length;
    if ((place + 1) * WORDS > ids.length) grow();
    for (let word = 0; word < WORDS; word++) ids[place * WORDS + word] = view.getInt32(at + word * 4, true);
    const tail = at + ID_BYTES;
    tailBytes[place] = rest - tail;
    for (let each = tail; each < rest; each++) tails[place * TAIL_BYTES + each - tail] = view.getUint8(each);
    known[place] = about;
    places.set(key, place);
  }

  function grow(): void {
    const [moreIds, moreTails] = [new Int32Array(ids.length * 2), new Uint8Array(tails.length * 2)];
    const moreBytes = new Uint8Array(tailBytes.length * 2);
    moreIds.set(ids);
    moreTails.set(tails);
    moreBytes.set(tailBytes);
    [ids, tails, tailBytes] = [moreIds, moreTails, moreBytes];
  }
};

/** A stretch of a line that must be the same: eight bytes each, by where they stand in it. */
type Stretch = { places: Int32Array; values: Float64Array; length: number };
/** What lies before the id, but for the time of day, and what lies behind its address. */
type Shape = {
  before: Stretch;
  behind: Stretch;
  timeAt: number;
  idAt: number;
  day: number;
  answer: Answer;
  sender: Sender;
};

/** As many Exchange servers call in turn. */
const MOST_SHAPES = 8;
const MOST_KNOWN = 60_000;
const MOST_BYTES = 600;
const TIME_BYTES = 8;
/** A GUID in its usual form. */
const ID_BYTES = 36;
const WORDS = 9;
const TAIL_BYTES = 24;
const MOST_CREDIT = 100_000;
const BLANK = 0x20;

const stretchOf = (view: DataView, from: number, to: number, at: readonly number[]): Stretch => ({
  places: Int32Array.from(at, place => place - from),
  values: Float64Array.from(at, place => view.getFloat64(place, true)),
  length: to - from,
});

/** Eights that cover a stretch; the last one overlaps. */
const covered = (from: number, to: number): number[] => {
  const places: number[] = [];
  for (let at = from; at + 8 <= to; at += 8) places.push(at);
  return [...places, to - 8];
};

const isLike = (view: DataView, from: number, { places, values, length }: Stretch): boolean => {
  if (from + length > view.byteLength) return false;
  for (let at = 0; at < places.length; at++)
    if (view.getFloat64(from + (places[at] as number), true) !== values[at]) return false;
  return true;
};

/** The first eight digits tell nearly all ids apart. */
const keyAt = (view: DataView, from: number): number =>
  (Math.imul(view.getInt32(from, true), 0x9e3779b1) ^ Math.imul(view.getInt32(from + 4, true), 0x85ebca6b)) &
  0x3fffffff;

const isIdAt = (view: DataView, from: number, ids: Int32Array, at: number): boolean => {
  for (let word = 0; word < WORDS; word++) if (view.getInt32(from + word * 4, true) !== ids[at + word]) return false;
  return true;
};

/** `11:35:54` as milliseconds; -1 where it is none. */
const timeAt = (view: DataView, from: number): number => {
  const hour = two(view, from);
  const minute = two(view, from + 3);
  const second = two(view, from + 6);
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
  return isTime && view.getUint8(from + 2) === COLON && view.getUint8(from + 5) === COLON
    ? (hour * 3600 + minute * 60 + second) * 1000
    : -1;
};
const two = (view: DataView, at: number): number => {
  const tens = view.getUint8(at) - 0x30;
  const ones = view.getUint8(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
};
const COLON = 0x3a;
