import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readers } from '../../src/readers/index.js';
import type { Reader } from '../../src/readers/reader.js';
import { type Dice, diceOf } from './dice.js';
import { examine } from './examine.js';
import { encoded, mutated } from './mutate.js';
import { planted } from './plant.js';
import type { Seeds } from './seeds.js';

type Fault = { reader: string; number: number; says: string };
export type Ran = {
  reader: string;
  cases: number;
  bytes: number;
  tookMs: number;
  longestMs: number;
  /** Heap after a collection: at the first look, and at the last one. */
  heapMb: { first: number; last: number };
  faults: Fault[];
};

/** More of one reader say nothing new. */
const MOST_FAULTS = 5;
const LOOK_EVERY = 25_000;

/** The bytes of one case, from the seed of the run and its number alone. */
export const caseOf = ({ reader, isText, files }: Seeds, seed: number, number: number) => {
  const dice = diceOf(seed, reader, number);
  const whole = dice.oneOf(files);
  let bytes = mutated(isText && !dice.once(4) ? windowOf(whole, dice) : whole, dice, files);
  if (isText && dice.once(2)) bytes = planted(bytes, dice);
  if (isText && dice.once(8)) bytes = encoded(bytes, dice);
  const piece = dice.oneOf([65_536, 65_536, 1024, 1 + dice.below(64)]);
  return { bytes, piece: bytes.length > 20_000 ? 65_536 : piece };
};

/** Some lines of a file: small cases are many cases. */
const windowOf = (bytes: Buffer, dice: Dice): Buffer => {
  const from = bytes.lastIndexOf(0x0a, dice.below(bytes.length + 1)) + 1;
  const end = bytes.indexOf(0x0a, from + 50 + dice.below(800));
  return bytes.subarray(from, end === -1 ? bytes.length : end + 1);
};

/** That reader whatever the file is like; for archives, and for one case in eight, whichever is the surest. */
const knownTo = (reader: string, number: number): readonly Reader[] => {
  const one = readers.find(({ id }) => id === reader);
  return one && number % 8 !== 0 ? [{ ...one, recognises: () => 1 }] : readers;
};

/** Examines `cases` cases of one reader from case `from` on, until it has too many faults or is told to stop. */
export const fuzz = async (
  seeds: Seeds,
  { seed, from = 0, cases, signal }: { seed: number; from?: number; cases: number; signal: AbortSignal },
): Promise<Ran> => {
  const { reader } = seeds;
  const began = performance.now();
  const ran: Ran = { reader, cases: 0, bytes: 0, tookMs: 0, longestMs: 0, heapMb: { first: 0, last: 0 }, faults: [] };
  for (let number = from; number < from + cases && ran.faults.length < MOST_FAULTS; number++) {
    const { bytes, piece } = caseOf(seeds, seed, number);
    const { fault, longestMs } = examine(knownTo(reader, number), bytes, piece);
    ran.cases++;
    ran.bytes += bytes.length;
    ran.longestMs = Math.max(ran.longestMs, longestMs);
    if (fault) ran.faults.push({ reader, number, says: fault });
    if (number % 1000 === 999) await nextTurn();
    if (signal.aborted) break;
    if (number % LOOK_EVERY === LOOK_EVERY - 1) look(ran);
  }
  const { first, last } = ran.heapMb;
  if (last - first > MOST_GROWTH_MB)
    ran.faults.push({ reader, number: ran.cases, says: `memory grew from ${first} to ${last} MB` });
  ran.tookMs = performance.now() - began;
  return ran;
};

const look = ({ heapMb }: Ran): void => {
  const now = heapAfterCollection();
  if (heapMb.first === 0) heapMb.first = now;
  heapMb.last = now;
};

const MOST_GROWTH_MB = 24;
let collect: (() => void) | null = null;
const heapAfterCollection = (): number => {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return Math.round((heapUsed + arrayBuffers) / 2 ** 20);
};
