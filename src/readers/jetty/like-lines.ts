import type { AccessLine } from './access-line.js';
import { knownIds } from './known-ids.js';
import { isLike, type Stretch, stretchOf } from './stretch.js';
import type { Followed } from './subscriptions.js';
import type { Sender } from './tally.js';

type Answer = 'ok' | 'otherBody';
/** `from` and `to`: where the line lies, with its end. */
type OnKnown = (sender: Sender, about: Followed, at: number, answer: Answer, from: number, to: number) => void;

/**
 * A shortcut for the lines of an access log that differ from an earlier one in time of day and in the id with what follows it in its
 * address alone, which is nearly all of them: they are compared as bytes with that line, and no string is made. Whatever differs in more
 * takes the usual way.
 */
export const likeLines = () => {
  let shapes: Shape[] = [];
  let latest: Shape | null = null;
  const ids = knownIds();
  const timeOf = timesOfDay();
  /** Learning costs more than reading a line: a log of which no two lines are alike soon learns no more. */
  let credit = MOST_CREDIT;

  return { take, learn };

  /** Takes lines from `from` on while they are like earlier ones; gives where the first other line begins. */
  function take(view: DataView, from: number, onKnown: OnKnown): number {
    const bytes = view.byteLength;
    let at = from;
    let next = one(view, bytes, at, onKnown);
    while (next !== at) {
      at = next;
      next = one(view, bytes, at, onKnown);
    }
    return at;
  }

  function one(view: DataView, bytes: number, from: number, onKnown: OnKnown): number {
    const shape = shapeAt(view, bytes, from);
    if (!shape) return from;
    const known = from + shape.idAt + ID_BYTES < bytes ? ids.find(view, bytes, from + shape.idAt) : null;
    if (!known?.about.isAlive) return from;
    const rest = from + shape.idAt + known.address.length;
    const time = timeOf(view, from + shape.timeAt);
    if (time < 0 || !isLike(view, bytes, rest, shape.behind)) return from;
    const to = rest + shape.behind.length;
    onKnown(shape.sender, known.about, shape.day + time, shape.answer, from, to);
    if (credit < MOST_CREDIT) credit++;
    return to;
  }

  /** Servers call in turns, so whoever came after this one the last time is looked for first. */
  function shapeAt(view: DataView, bytes: number, from: number): Shape | null {
    const expected = latest?.next ?? null;
    if (expected && isShapeAt(view, bytes, from, expected)) {
      latest = expected;
      return expected;
    }
    for (const shape of shapes) {
      if (shape === expected || !isShapeAt(view, bytes, from, shape)) continue;
      if (latest) latest.next = shape;
      latest = shape;
      return shape;
    }
    return null;
  }

  /** Remembers a line that was taken the usual way; `bytes` holds it with its end. */
  function learn(bytes: Buffer, line: AccessLine, who: { sender: Sender; about: Followed }, answer: Answer): void {
    if (--credit < 0 && credit % 64 !== 0) return;
    const { timeAt, idAt } = line;
    const rest = bytes.indexOf(BLANK, idAt + ID_BYTES);
    const holes = timeAt + TIME_BYTES + 8 <= idAt && timeAt >= 8 && rest !== -1 && rest + 8 <= bytes.length;
    if (line.id?.length !== ID_BYTES || !holes || bytes.length > MOST_BYTES || rest - idAt > MOST_ADDRESS) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Where a sign of several bytes comes first, places in the text are none in the bytes.
    const time = timeOf(view, timeAt);
    if (time < 0 || bytes.toString('latin1', idAt, idAt + ID_BYTES) !== line.id) return;
    ids.remember(view, idAt, rest, who.about);
    const day = line.at - time;
    const isKnown = (shape: Shape) =>
      shape.day === day &&
      shape.idAt === idAt &&
      isShapeAt(view, bytes.length, 0, shape) &&
      isLike(view, bytes.length, rest, shape.behind);
    if (shapes.some(isKnown)) return;
    const shape: Shape = {
      front: stretchOf(view, 0, timeAt),
      middle: stretchOf(view, timeAt + TIME_BYTES, idAt),
      behind: stretchOf(view, rest, bytes.length),
      ...{ timeAt, idAt, day, answer, sender: who.sender, next: null },
    };
    shapes = [shape, ...shapes.filter(({ sender }) => sender !== who.sender)].slice(0, MOST_SHAPES);
    for (const each of shapes) each.next = null;
    latest = null;
  }
};

/** What lies before the time of day, between it and the id, and behind the address; and the shape that came after it the last time. */
type Shape = {
  front: Stretch;
  middle: Stretch;
  behind: Stretch;
  timeAt: number;
  idAt: number;
  day: number;
  answer: Answer;
  sender: Sender;
  next: Shape | null;
};

const isShapeAt = (view: DataView, bytes: number, from: number, { front, middle, timeAt }: Shape): boolean =>
  isLike(view, bytes, from, front) && isLike(view, bytes, from + timeAt + TIME_BYTES, middle);

/** As many Exchange servers call in turn. */
const MOST_SHAPES = 8;
const MOST_BYTES = 600;
const TIME_BYTES = 8;
/** A GUID in its usual form. */
const ID_BYTES = 36;
/** With what follows it. */
const MOST_ADDRESS = 60;
const MOST_CREDIT = 100_000;
const BLANK = 0x20;

/** `11:35:54` as milliseconds; -1 where it is none. Many lines in a row have the same. */
const timesOfDay = () => {
  const last = { bytes: Number.NaN, ms: -1 };
  return (view: DataView, from: number): number => {
    const bytes = view.getFloat64(from, true);
    if (bytes !== last.bytes) {
      last.ms = timeAt(view, from);
      last.bytes = bytes;
    }
    return last.ms;
  };
};
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
