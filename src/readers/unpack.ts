import { Gunzip, Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { PIECE_BYTES } from './decode.js';
import type { Sink } from './reader.js';

export type Packing = 'gzip' | 'zip' | 'tar' | null;
export const packingOf = (head: Buffer): Packing => {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip';
  const sign = head.subarray(0, 4).toString('latin1');
  if (sign === 'PK\x03\x04' || sign === 'PK\x05\x06') return 'zip';
  return head.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : null;
};

/** A part of an archive, which may break off; nothing follows after that. */
export type Part = Sink & { cut: (why: string) => void };
export type Unpacking = {
  /** Where the bytes of a part go. Throws `TooMuch` where there are too many. */
  open: (name: string) => Part;
  /** Told of bytes as they come out, before they are given on. Throws `TooMuch` where they are too many for what went in. */
  allow: (into: number, out: number) => void;
};

/** An archive is larger than anybody allows: a sentence for people. */
export class TooMuch extends Error {}

/**
 * Pieces of what is packed may be a thousand times as large as they were, and all of it comes out at once: so little goes in at a time
 * that what comes out stays small.
 */
export const BITE = 1024;

/** One packed file; several one after another (`cat a.gz b.gz`) are one. */
export const gunzipSink = ({ open, allow }: Unpacking, onEnd: (why: string | null) => void): Part => {
  let part: Part | null = null;
  let into = 0;
  let isOver = false;
  /** Of the last of them: how much came out, and what its own last bytes say of that. */
  let out = 0;
  let tail: Buffer = EMPTY;
  const gunzip = new Gunzip(data => {
    out += data.length;
    allow(into, data.length);
    part ??= open('');
    give(part, data);
  });
  gunzip.onmember = () => {
    out = 0;
  };
  const bites = biting(bite => {
    into += bite.length;
    tail = Buffer.concat([tail, bite.subarray(-4)]).subarray(-4);
    gunzip.push(bite, false);
  });
  return {
    push: chunk => attempt(() => bites(chunk)),
    end: () => {
      attempt(() => gunzip.push(EMPTY, true));
      // The library is content where data breaks off between two of its codes, as one cut in ten does.
      if (tail.length < 4 || tail.readUInt32LE() !== out % 2 ** 32) finish(DAMAGED);
      attempt(() => part?.end());
      finish(null);
    },
    cut: finish,
  };

  function attempt(step: () => void): void {
    if (isOver) return;
    try {
      step();
    } catch (error) {
      finish(whyOf(error, DAMAGED));
    }
  }

  /** What was wrong stands with what had come out until then. */
  function finish(why: string | null): void {
    if (isOver) return;
    isOver = true;
    if (why !== null) part?.cut(why);
    onEnd(part ? null : why);
  }
};

/** Every file of a zip archive, in its order. Names are never made into files: they are only shown. */
export const unzipSink = ({ open, allow }: Unpacking, onEnd: (files: number, why: string | null) => void): Part => {
  let current: Part | null = null;
  let files = 0;
  let into = 0;
  let isOver = false;
  const unzip = new Unzip(file => {
    if (file.name.endsWith('/')) return unwanted(file);
    current?.cut('its end is missing in the archive');
    const part = open(file.name);
    current = part;
    files++;
    if (file.compression !== 0 && file.compression !== 8) {
      part.cut(
        `it is packed by method ${file.compression}, which is not known here: pack it with the zip of Windows or RTMT`,
      );
      current = null;
      return unwanted(file);
    }
    file.ondata = (error, data, isLast) => {
      if (error) {
        if (error instanceof TooMuch) throw error;
        return part.cut('it is damaged, or protected by a password');
      }
      allow(into, data.length);
      give(part, data);
      if (!isLast) return;
      part.end();
      if (current === part) current = null;
    };
    file.start();
  });
  unzip.register(UnzipInflate);

  const bites = biting(bite => {
    into += bite.length;
    unzip.push(bite, false);
  });
  return {
    push: chunk => attempt(() => bites(chunk)),
    end: () => {
      attempt(() => unzip.push(EMPTY, true));
      finish(current ? 'the archive ends in the middle of a file' : null);
    },
    cut: finish,
  };

  function attempt(step: () => void): void {
    if (isOver) return;
    try {
      step();
    } catch (error) {
      finish(whyOf(error, 'the archive is damaged or ends too early'));
    }
  }

  function finish(why: string | null): void {
    if (isOver) return;
    isOver = true;
    if (why !== null) current?.cut(why);
    onEnd(files, why);
  }

  /** Unless somebody takes what is not wanted, it is kept in memory. */
  function unwanted(file: UnzipFile): void {
    unzip.register(droppingOf(file.compression));
    file.ondata = () => {};
    file.start();
    unzip.register(UnzipInflate);
  }
};

const droppingOf = (compression: number) =>
  class Dropping {
    static readonly compression = compression;
    ondata = (): void => {};
    push(): void {}
  };

const give = (part: Part, data: Uint8Array): void => {
  for (let from = 0; from < data.length; from += PIECE_BYTES) {
    const piece = data.subarray(from, from + PIECE_BYTES);
    part.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }
};

const biting = (take: (bite: Buffer) => void) => (chunk: Buffer) => {
  for (let from = 0; from < chunk.length; from += BITE) take(chunk.subarray(from, from + BITE));
};

/** What is no `TooMuch` is the library's own word for data that it cannot unpack. */
const whyOf = (error: unknown, otherwise: string): string => (error instanceof TooMuch ? error.message : otherwise);

const DAMAGED = 'the gzip data is damaged or ends too early';
const EMPTY: Buffer = Buffer.alloc(0);
