import type { AccessLine } from './access-line.js';
import type { Followed } from './subscriptions.js';
import type { Sender } from './tally.js';

type Answer = 'ok' | 'otherBody';
type OnKnown = (sender: Sender, about: Followed, at: number, answer: Answer) => void;

/**
 * A shortcut for the lines of an access log that differ from an earlier one in time of day and id alone, which is nearly all of them:
 * eight bytes at a time are compared with that line, and no string is made. Whatever differs in more takes the usual way.
 */
export const likeLines = () => {
  let shapes: Shape[] = [];
  const places = new Map<number, number>();
  let known: Followed[] = [];
  let ids = new Int32Array(1024 * WORDS);

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
      if (!isLike(view, from, shape)) continue;
      const time = timeAt(view, from + shape.timeAt);
      const place = places.get(keyAt(view, from + shape.idAt));
      if (time < 0 || place === undefined || !isIdAt(view, from + shape.idAt, ids, place * WORDS)) return from;
      const about = known[place];
      if (!about?.isAlive) return from;
      onKnown(shape.sender, about, shape.day + time, shape.answer);
      return from + shape.length;
    }
    return from;
  }

  /** Remembers a line that was taken the usual way; `bytes` holds it with its end. */
  function learn(bytes: Buffer, line: AccessLine, who: { sender: Sender; about: Followed }, answer: Answer): void {
    const { timeAt: time, idAt: id } = line;
    const holes = time + TIME_BYTES + 8 <= id && time >= 8 && id + ID_BYTES + 8 <= bytes.length;
    if (line.id?.length !== ID_BYTES || !holes || bytes.length > MOST_BYTES) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Where a sign of several bytes comes first, places in the text are none in the bytes.
    if (timeAt(view, time) < 0 || bytes.toString('latin1', id, id + ID_BYTES) !== line.id) return;
    rememberId(view, id, who.about);
    const shape = shapeOf(view, { time, id });
    const day = line.at - timeAt(view, time);
    if (shapes.some(other => other.day === day && isLike(view, 0, other))) return;
    shapes = [
      { ...shape, timeAt: time, idAt: id, length: bytes.length, day, answer, sender: who.sender },
      ...shapes.filter(({ sender }) => sender !== who.sender),
    ].slice(0, MOST_SHAPES);
  }

  /** Two ids with one key: the later one has it, and the other takes the usual way. */
  function rememberId(view: DataView, at: number, about: Followed): void {
    if (known.length >= MOST_KNOWN) {
      places.clear();
      known = [];
    }
    const key = keyAt(view, at);
    const place = places.get(key) ?? known.length;
    if ((place + 1) * WORDS > ids.length) {
      const more = new Int32Array(ids.length * 2);
      more.set(ids);
      ids = more;
    }
    for (let word = 0; word < WORDS; word++) ids[place * WORDS + word] = view.getInt32(at + word * 4, true);
    known[place] = about;
    places.set(key, place);
  }
};

/** What of a line must be the same: eight bytes each, by where they stand. */
type Shape = {
  places: Int32Array;
  values: Float64Array;
  timeAt: number;
  idAt: number;
  length: number;
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

const shapeOf = (view: DataView, { time, id }: { time: number; id: number }) => {
  const places = [...covered(0, time), ...covered(time + TIME_BYTES, id), ...covered(id + ID_BYTES, view.byteLength)];
  return { places: Int32Array.from(places), values: Float64Array.from(places, at => view.getFloat64(at, true)) };
};

/** Eights that cover a stretch; the last one overlaps. */
const covered = (from: number, to: number): number[] => {
  const places: number[] = [];
  for (let at = from; at + 8 <= to; at += 8) places.push(at);
  return [...places, to - 8];
};

const isLike = (view: DataView, from: number, { places, values, length }: Shape): boolean => {
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
