import { decode } from '../../wire/quote.js';
import { copyOf } from './stream.js';

/** Lines of one direction, whatever packets they came in. A line that is longer keeps its beginning and its end. */
export type StreamLines = {
  take: (bytes: Buffer, start: number, end: number) => void;
  /** Bytes are missing: what follows up to the next line end is half a line, which nobody may take for a whole one. */
  gap: (bytes: number) => void;
  /** So many bytes are contents and no lines (RFC 9051, 4.3; HTTP bodies): thrown away unseen. */
  skip: (bytes: number) => void;
};

/** `line` gets bytes without their line end, valid only during the call. `wants` says from the first bytes of a line whether to call. */
export const openStreamLines = (line: (bytes: Buffer, start: number, end: number) => void): StreamLines => {
  let rest: Buffer | null = null;
  let skips = 0;
  let isHalf = false;

  const keep = (bytes: Buffer, start: number, end: number) => {
    const piece = bytes.subarray(start, end);
    const all = rest ? Buffer.concat([rest, piece]) : piece;
    const isLong = all.length > MAX_LINE;
    rest = copyOf(isLong ? Buffer.concat([all.subarray(0, MAX_LINE / 2), all.subarray(-MAX_LINE / 4)]) : all);
  };

  return {
    take: (bytes, start, end) => {
      let at = start;
      while (at < end) {
        if (skips > 0) {
          const skipped = Math.min(skips, end - at);
          skips -= skipped;
          at += skipped;
          continue;
        }
        const until = lineEnd(bytes, at, end);
        if (until < 0) {
          if (!isHalf) keep(bytes, at, end);
          return;
        }
        const next = until + 1;
        if (isHalf) isHalf = false;
        else if (rest) {
          keep(bytes, at, until);
          const whole: Buffer = rest;
          rest = null;
          line(whole, 0, whole.at(-1) === CR ? whole.length - 1 : whole.length);
        } else line(bytes, at, until > at && bytes[until - 1] === CR ? until - 1 : until);
        at = next;
      }
    },
    gap: bytes => {
      const inContents = Math.min(skips, bytes);
      skips -= inContents;
      if (inContents === bytes) return;
      rest = null;
      isHalf = true;
    },
    skip: bytes => {
      skips = bytes;
    },
  };
};

/** Most lines are short, and a call for each costs more than to look. */
const lineEnd = (bytes: Buffer, from: number, end: number): number => {
  const near = Math.min(end, from + 96);
  for (let at = from; at < near; at += 1) if (bytes[at] === LF) return at;
  if (near === end) return -1;
  const found = bytes.indexOf(LF, near);
  return found < end ? found : -1;
};

/** A line as text, as far as anybody looks. */
export const textIn = (bytes: Buffer, start: number, end: number): string =>
  decode(bytes.subarray(start, Math.min(end, start + MAX_LINE)));

const MAX_LINE = 2048;
const LF = 0x0a;
const CR = 0x0d;
