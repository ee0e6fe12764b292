import { closeScanner, MOST_WORD, openScanner } from '../bytes/scanner.js';
import { type AccessLine, timeOfDay } from './access-line.js';
import type { Followed } from './subscriptions.js';
import type { Sender } from './tally.js';

type Answer = 'ok' | 'otherBody';
/** `from` and `to`: where the line lies in its block, with its end. */
export type OnKnown = (sender: Sender, about: Followed, at: number, answer: Answer, from: number, to: number) => void;

/**
 * A shortcut for the lines of an access log that differ from an earlier one in time of day and in the id with what follows it in its
 * address alone, which is nearly all of them: they are compared as bytes with that line, and no string is made. Whatever differs in more
 * takes the usual way.
 */
export const likeLines = (onKnown: OnKnown) => {
  const scanner = openScanner();
  /** Each has a room in the scanner. */
  let shapes: Shape[] = [];
  /** What ids are about, by the number that the scanner has for an id with what follows it in its address. */
  const abouts: Followed[] = [];
  /** Learning costs more than reading a line: a log of which no two lines are alike soon learns no more. */
  let credit = MOST_CREDIT;
  let bytes = 0;

  return { open, take, learn, close: () => closeScanner(scanner) };

  /** A block of whole lines. */
  function open(block: Buffer): void {
    bytes = scanner?.lay(block) ?? 0;
  }

  /** Takes lines of the block from `from` on while they are like earlier ones; gives where the first other line begins. */
  function take(from: number): number {
    if (!scanner || bytes === 0 || shapes.length === 0) return from;
    const { machine, told } = scanner;
    let at = from;
    for (;;) {
      const lines = machine.takeAccess(at, bytes, shapes.length);
      for (let word = 0; word < lines * LINE_WORDS; word += LINE_WORDS) {
        const shape = shapes[told[word] as number] as Shape;
        const about = abouts[told[word + 1] as number] as Followed;
        if (!about.isAlive) return at;
        const to = told[word + 4] as number;
        onKnown(shape.sender, about, shape.day + (told[word + 2] as number), shape.answer, at, to);
        at = to;
      }
      credit = Math.min(MOST_CREDIT, credit + lines);
      if (lines < MOST_TOLD) return at;
    }
  }

  /** Remembers a line that was taken the usual way; `line` holds its bytes with their end. */
  function learn(line: Buffer, read: AccessLine, who: { sender: Sender; about: Followed }, answer: Answer): void {
    if (!scanner || (--credit < 0 && credit % 64 !== 0)) return;
    const { timeAt, idAt } = read;
    const rest = line.indexOf(BLANK, idAt + ID_BYTES);
    const holes = timeAt + TIME_BYTES + 8 <= idAt && timeAt >= 8 && rest !== -1 && rest + 8 <= line.length;
    if (read.id?.length !== ID_BYTES || !holes || line.length > MOST_BYTES || rest - idAt > MOST_WORD) return;
    const text = line.toString('latin1');
    // Where a sign of several bytes comes first, places in the text are none in the bytes.
    const time = timeOfDay(text, timeAt);
    if (time === null || text.slice(idAt, idAt + ID_BYTES) !== read.id) return;
    abouts[scanner.machine.remember(scanner.give(text.slice(idAt, rest)))] = who.about;
    abouts.length = scanner.machine.countOfKnown();
    const fixed = text.slice(0, timeAt) + text.slice(timeAt + TIME_BYTES, idAt) + text.slice(rest);
    const day = read.at - time;
    const isKnown = (one: Shape) =>
      one.fixed === fixed && one.timeAt === timeAt && one.idAt === idAt && one.day === day;
    if (shapes.some(isKnown)) return;
    const shape: Shape = { fixed, timeAt, idAt, behind: line.length - rest, day, answer, sender: who.sender };
    shapes = [shape, ...shapes.filter(({ sender }) => sender !== who.sender)].slice(0, MOST_SHAPES);
    for (const [room, one] of shapes.entries()) {
      scanner.give(one.fixed);
      scanner.machine.knowShape(room, one.timeAt, one.idAt, one.behind);
    }
  }
};

/** Of a line: all but its time of day and its id with what follows it in the address. */
type Shape = {
  fixed: string;
  timeAt: number;
  idAt: number;
  /** So many bytes behind the address. */
  behind: number;
  day: number;
  answer: Answer;
  sender: Sender;
};

/** As many Exchange servers call in turn. */
const MOST_SHAPES = 8;
const MOST_BYTES = 600;
const TIME_BYTES = 8;
/** A GUID in its usual form. */
const ID_BYTES = 36;
const MOST_CREDIT = 100_000;
const BLANK = 0x20;
/** What `takeAccess` tells: of so many lines at most, in so many words each: shape, id, time of day, where it begins and ends. */
const MOST_TOLD = 16;
const LINE_WORDS = 5;
