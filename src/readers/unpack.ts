import { Gunzip, Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { archive, owing, type Part, TooMuch } from './archive.js';

export type Packing = 'gzip' | 'zip' | 'tar' | null;
export const packingOf = (head: Buffer): Packing => {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip';
  const sign = head.subarray(0, 4).toString('latin1');
  if (sign === 'PK\x03\x04' || sign === 'PK\x05\x06') return 'zip';
  return head.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : null;
};

export type Unpacking = {
  /** Where the bytes of a part go. Throws `TooMuch` where there are too many. */
  open: (name: string) => Part;
  /** Told of bytes as they come out, before they are given on. Throws `TooMuch` where they are too many for what went in. */
  allow: (into: number, out: number) => void;
};

/** One packed file; several one after another (`cat a.gz b.gz`) are one. */
export const gunzipSink = ({ open, allow }: Unpacking, onEnd: (why: string | null) => void): Part => {
  const owed = owing();
  let part: Part | null = null;
  let into = 0;
  /** Of the last of them: how much came out, and what its own last bytes say of that. */
  let out = 0;
  let tail: Buffer = EMPTY;
  const gunzip = new Gunzip(data => {
    out += data.length;
    allow(into, data.length);
    part ??= open('');
    owed.give(part, data);
  });
  gunzip.onmember = () => {
    out = 0;
  };
  return archive({
    owed,
    bite: bite => {
      into += bite.length;
      tail = Buffer.concat([tail, bite.subarray(-4)]).subarray(-4);
      gunzip.push(bite, false);
    },
    last: () => {
      gunzip.push(EMPTY, true);
      // The library is content where data breaks off between two of its codes, as one cut in ten does.
      if (tail.length < 4 || tail.readUInt32LE() !== out % 2 ** 32) return DAMAGED;
      if (part) owed.end(part);
      return null;
    },
    whyBroken: DAMAGED,
    // What was wrong stands with what had come out until then.
    over: why => {
      if (why !== null) part?.cut(why);
      onEnd(part ? null : why);
    },
  });
};

/** Every file of a zip archive, in its order. Names are never made into files: they are only shown. */
export const unzipSink = ({ open, allow }: Unpacking, onEnd: (files: number, why: string | null) => void): Part => {
  const owed = owing();
  let current: Part | null = null;
  let files = 0;
  let into = 0;
  const unzip = new Unzip(file => {
    if (file.name.endsWith('/')) return unwanted(file);
    if (current) owed.cut(current, 'its end is missing in the archive');
    const part = open(file.name);
    current = part;
    files++;
    if (file.compression !== 0 && file.compression !== 8) {
      owed.cut(
        part,
        `it is packed by method ${file.compression}, which is not known here: pack it with the zip of Windows or RTMT`,
      );
      current = null;
      return unwanted(file);
    }
    file.ondata = (error, data, isLast) => {
      if (error) {
        if (error instanceof TooMuch) throw error;
        return owed.cut(part, 'it is damaged, or protected by a password');
      }
      allow(into, data.length);
      owed.give(part, data);
      if (!isLast) return;
      owed.end(part);
      if (current === part) current = null;
    };
    file.start();
  });
  unzip.register(UnzipInflate);

  return archive({
    owed,
    bite: bite => {
      into += bite.length;
      unzip.push(bite, false);
    },
    last: () => {
      unzip.push(EMPTY, true);
      return current ? 'the archive ends in the middle of a file' : null;
    },
    whyBroken: 'the archive is damaged or ends too early',
    over: why => {
      if (why !== null) current?.cut(why);
      onEnd(files, why);
    },
  });

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

const DAMAGED = 'the gzip data is damaged or ends too early';
const EMPTY: Buffer = Buffer.alloc(0);
