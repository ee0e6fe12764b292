import { isAscii, isUtf8 } from 'node:buffer';
import type { Sink } from './reader.js';

export type Encoding = 'bytes' | 'utf-16le' | 'utf-16be';

/** UTF-16 by its mark, or without one by the zeros that its ASCII has at every second place (PowerShell's `>`, a pipe cut off its mark). */
export const encodingOf = (head: Buffer): Encoding => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const looked = Math.min(head.length, LOOK_BYTES) & ~1;
  if (looked < 8) return 'bytes';
  let even = 0;
  let odd = 0;
  for (let at = 0; at < looked; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  const [most, few] = [looked * 0.3, looked * 0.01];
  if (odd >= most && even <= few) return 'utf-16le';
  return even >= most && odd <= few ? 'utf-16be' : 'bytes';
};

/** Gives a sink UTF-8 where a file has UTF-16, and takes the mark away; whatever else there is stays as it is. */
export const asUtf8 = (encoding: Encoding, sink: Sink): Sink => {
  if (encoding === 'bytes') return withoutMark(sink);
  const decoder = new TextDecoder(encoding);
  let isBroken = false;
  return {
    push: chunk => giveText(sink, decoder.decode(chunk, { stream: true })),
    breakOff: () => {
      isBroken = true;
      sink.breakOff?.();
    },
    end: () => {
      if (!isBroken) giveText(sink, decoder.decode());
      sink.end();
    },
  };
};

/** As UTF-8, in pieces of the usual size. */
export const giveText = (sink: Sink, text: string): void => {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) sink.push(bytes.subarray(from, from + PIECE_BYTES));
};

export const headAsUtf8 = (encoding: Encoding, head: Buffer): Buffer => {
  if (encoding !== 'bytes') return Buffer.from(new TextDecoder(encoding).decode(head));
  return hasMark(head) ? head.subarray(3) : head;
};

/** A sink gets at most so many bytes at once. */
export const PIECE_BYTES = 65_536;

/** Text whose encoding nobody names: UTF-8 where it is, otherwise what Windows writes in the West. */
export const textOf = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : windows1252(bytes);
};

/** The first piece is a whole head, so the mark is never split. */
const withoutMark = (sink: Sink): Sink => {
  let isFirst = true;
  return {
    push: chunk => {
      const rest = isFirst && hasMark(chunk) ? chunk.subarray(3) : chunk;
      isFirst = false;
      sink.push(rest);
    },
    breakOff: () => sink.breakOff?.(),
    end: () => sink.end(),
  };
};

const hasMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const LOOK_BYTES = 4096;

/** By hand: the decoder of several versions of Node takes it for Latin-1, which has control signs where this has €, „ and ™. */
const windows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, sign => SIGNS_80_9F[sign.charCodeAt(0) - 0x80] as string);
const SIGNS_80_9F = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
