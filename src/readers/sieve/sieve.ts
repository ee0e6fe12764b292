import { isAvailable, type Program, programFor, ROOM } from './program.js';

/**
 * Where text may hold something of interest, found sixteen bytes at a time: the ends of its lines (LF), a CR that no LF follows, and pairs
 * of neighbouring signs, one of each word that is looked for. What it passes over holds none of these words.
 */
export type Sieve = {
  /** Fills `marks` with the places, in order, and gives how many; they stand until it is called again. At most `ROOM` bytes. */
  find: (bytes: Buffer) => number;
  marks: Int32Array;
};

const known = new Map<string, Sieve>();

/** One for each list of pairs, shared by all who read: whoever has called `find` is through with the marks before anybody else calls. */
export const sieveOf = (pairs: readonly string[]): Sieve => {
  const key = pairs.join('\n');
  const sieve = known.get(key) ?? (isAvailable() ? quickSieve(programFor(pairs)) : plainSieve(pairs));
  known.set(key, sieve);
  return sieve;
};

const quickSieve = ({ memory, marks, find }: Program): Sieve => ({
  marks,
  find: bytes => {
    memory.set(bytes);
    memory.fill(0, bytes.length, bytes.length + 32);
    return find(bytes.length);
  },
});

/** Says what the quick one does, and takes its place where the processor cannot run it. */
export const plainSieve = (pairs: readonly string[]): Sieve => {
  const wanted = new Set(pairs.map(pair => (pair.charCodeAt(0) << 8) | pair.charCodeAt(1)));
  const marks = new Int32Array(ROOM);
  return {
    marks,
    find: bytes => {
      let count = 0;
      for (let at = 0; at < bytes.length; at++) {
        const [sign, next] = [bytes[at] as number, bytes[at + 1] ?? 0];
        if (sign === LF || (sign === CR && next !== LF) || wanted.has((sign << 8) | next)) marks[count++] = at;
      }
      return count;
    },
  };
};

const LF = 0x0a;
const CR = 0x0d;
