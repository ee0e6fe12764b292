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
): Sink & { lines: () => number } => {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isDropping = false;
  let number = 0;

  return {
    lines: () => number,
    push: chunk => {
      let rest = chunk;
      if (isDropping) {
        const end = rest.indexOf(LF);
        if (end === -1) return;
        isDropping = false;
        rest = rest.subarray(end + 1);
      }
      const last = rest.lastIndexOf(LF);
      if (last === -1) return hold(rest);
      tellAll(withHeld(rest.subarray(0, last)));
      hold(rest.subarray(last + 1));
    },
    end: () => {
      if (heldBytes > 0) tellAll(withHeld(EMPTY));
    },
  };

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

  function tellMixed(block: Buffer, isCut: boolean): void {
    for (let from = 0; from <= block.length; ) {
      const end = block.indexOf(LF, from);
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
    while (to > 0 && line.charCodeAt(to - 1) === CR) to--;
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

/** Without the sign that a cut has split, which would make the rest look as if it were not UTF-8. */
const wholeSigns = (bytes: Buffer): Buffer => {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at--;
  return at > 0 && (bytes[at - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, at - 1) : bytes;
};

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);
