import { isAscii, isUtf8 } from 'node:buffer';
import { textOf } from './decode.js';
import type { Sink } from './reader.js';

/** Longer lines come cut to so many bytes; no log line that a reader knows is near it. */
export const MAX_LINE = 65_536;

/** One line without its end, its number from 1, and whether it was longer than it came. */
export type OnLine = (line: string, number: number, isCut: boolean) => void;

/**
 * Text in pieces as lines, in constant memory however long a line is. `\n`, `\r\n`, `\r\r\n` (PuTTY) and `\r` alone end a line; a last
 * line needs no end. Bytes that are not UTF-8 are taken for windows-1252, line by line, so one bad sign spoils no other line. NUL stays.
 * A line shares the memory of its piece: whoever keeps many copies them first.
 */
export const lineSink = (
  onLine: OnLine,
  { most = MAX_LINE }: { most?: number } = {},
): Sink & { breakOff: () => void; lines: () => number } => {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isDropping = false;
  /** The last piece ended in `\r`: what comes next says what that was. */
  let isAfterReturn = false;
  let number = 0;

  return {
    lines: () => number,
    push: chunk => {
      if (chunk.length === 0) return;
      const rest = isDropping ? undropped(chunk) : chunk;
      const last = rest.lastIndexOf(LF);
      if (last !== -1) tellAll(withHeld(rest.subarray(0, last)));
      hold(tellReturned(last === -1 ? rest : rest.subarray(last + 1), last === -1 && isAfterReturn));
      isAfterReturn = chunk.at(-1) === CR;
    },
    breakOff: () => {
      held = [];
      heldBytes = 0;
    },
    end: () => {
      if (heldBytes > 0) tellAll(withHeld(EMPTY));
    },
  };

  /** What follows the line of which no more is wanted. */
  function undropped(chunk: Buffer): Buffer {
    const end = chunk.indexOf(LF);
    const before = end === -1 ? chunk : chunk.subarray(0, end);
    const next = firstBehindReturn(before, isAfterReturn);
    if (next === -1 && end === -1) return EMPTY;
    isDropping = false;
    isAfterReturn = false;
    return chunk.subarray(next === -1 ? end + 1 : next);
  }

  /** An old Mac's file has no other end of a line: its lines must not wait until it is over. What is left has no whole one. */
  function tellReturned(part: Buffer, isBehindReturn: boolean): Buffer {
    const next = lastBehindReturn(part, isBehindReturn);
    if (next === -1) return part;
    const block = withHeld(part.subarray(0, next)).subarray(0, -1);
    if (isUtf8(block)) for (const line of block.toString('utf8').split('\r')) tell(line, false);
    else tellMixed(block, false, CR);
    return part.subarray(next);
  }

  function hold(part: Buffer): void {
    if (part.length === 0) return;
    if (heldBytes + part.length <= most) {
      held.push(Buffer.from(part)); // a copy: the tail of a piece must not keep the whole piece
      heldBytes += part.length;
      return;
    }
    tellAll(wholeSigns(withHeld(part).subarray(0, most)), true);
    isDropping = true;
  }

  function withHeld(part: Buffer): Buffer {
    if (heldBytes === 0) return part;
    const whole = Buffer.concat([...held, part]);
    held = [];
    heldBytes = 0;
    return whole;
  }

  function tellAll(block: Buffer, isCut = false): void {
    if (isAscii(block)) tellText(block.toString('latin1'), isCut);
    else if (isUtf8(block)) tellText(block.toString('utf8'), isCut);
    else tellMixed(block, isCut);
  }

  function tellMixed(block: Buffer, isCut: boolean, mark = LF): void {
    for (let from = 0; from <= block.length; ) {
      const end = block.indexOf(mark, from);
      const to = end === -1 ? block.length : end;
      const line = block.subarray(from, to);
      tellText(textOf(line), isCut && end === -1);
      from = to + 1;
    }
  }

  function tellText(text: string, isCut: boolean): void {
    const hasReturn = text.includes('\r');
    let from = 0;
    for (;;) {
      const end = text.indexOf('\n', from);
      const line = end === -1 ? text.slice(from) : text.slice(from, end);
      const cut = isCut && end === -1;
      if (hasReturn) tellReturns(line, cut);
      else tell(line, cut);
      if (end === -1) return;
      from = end + 1;
    }
  }

  function tellReturns(line: string, isCut: boolean): void {
    let to = line.length;
    while (to > 0 && line.length - to < MOST_RETURNS && line.charCodeAt(to - 1) === CR) to--;
    let from = 0;
    for (let end = line.indexOf('\r'); end !== -1 && end < to; end = line.indexOf('\r', from)) {
      tell(line.slice(from, end), false);
      from = end + 1;
    }
    tell(line.slice(from, to), isCut);
  }

  function tell(line: string, isCut: boolean): void {
    number++;
    if (line.length <= most) onLine(line, number, isCut);
    else onLine(line.slice(0, most), number, true);
  }
};

/**
 * Where a line begins behind a `\r` that ends one by itself: the next sign is none of an end, or there are more of them than belong to one.
 * 0 where it is the last piece that ended so; -1 where nobody knows yet.
 */
const lastBehindReturn = (bytes: Buffer, isBehindReturn: boolean): number => {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < MOST_RETURNS && bytes[at - 1] === CR) at--;
  const before = at > 0 ? bytes.lastIndexOf(CR, at - 1) : -1;
  if (before !== -1) return before + 1;
  return at > 0 && isBehindReturn ? 0 : -1;
};
const firstBehindReturn = (bytes: Buffer, isBehindReturn: boolean): number => {
  let at = isBehindReturn ? 0 : bytes.indexOf(CR);
  if (at === -1) return -1;
  while (bytes[at] === CR) at++;
  return at < bytes.length ? at : -1;
};

/** Without the sign that a cut has split, which would make the rest look as if it were not UTF-8. */
const wholeSigns = (bytes: Buffer): Buffer => {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at--;
  return at > 0 && (bytes[at - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, at - 1) : bytes;
};

const LF = 0x0a;
const CR = 0x0d;
/** Of one end; PuTTY writes two. */
const MOST_RETURNS = 8;
const EMPTY = Buffer.alloc(0);
