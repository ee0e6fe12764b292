import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readers } from '../../src/readers/index.js';
import type { Reader } from '../../src/readers/reader.js';
import { caseOf } from './case.js';
import { examine, type Fault } from './examine.js';
import type { Seeds } from './seeds.js';
import { asCode, smallest } from './smallest.js';

export type Ran = {
  reader: string;
  cases: number;
  bytes: number;
  tookMs: number;
  longestMs: number;
  /** After a collection: at the first look, and at the last one. */
  heldMb: { first: number; last: number };
  /** `code` is the smallest such case, as a test holds it. */
  faults: { number: number | null; says: string; code: string | null }[];
};

export type Wish = {
  seed: number;
  from?: number;
  cases: number;
  signal: AbortSignal;
  /** Told about every ten seconds how far it came. */
  onLook?: (ran: Ran) => void;
};

/** More of one reader say nothing new. */
const MOST_FAULTS = 5;
const LOOK_EVERY = 25_000;
const TOLD_EVERY_MS = 10_000;

/** Examines `cases` cases of one reader from case `from` on, until it has too many faults or is told to stop. */
export const fuzz = async (seeds: Seeds, { seed, from = 0, cases, signal, onLook }: Wish): Promise<Ran> => {
  const { reader } = seeds;
  const known = knownTo(reader);
  const began = performance.now();
  const ran: Ran = { reader, cases: 0, bytes: 0, tookMs: 0, longestMs: 0, heldMb: { first: 0, last: 0 }, faults: [] };
  let told = began;
  for (let number = from; number < from + cases && ran.faults.length < MOST_FAULTS; number++) {
    const given = caseOf(seeds, seed, number);
    const { fault, longestMs } = examine(known(number), given);
    ran.cases++;
    ran.bytes += given.bytes.length;
    if (longestMs > ran.longestMs) ran.longestMs = longestMs;
    if (fault)
      ran.faults.push({ number, says: wordsOf(fault), code: asCode(smallest(known(number), given, fault).bytes) });
    if (number % 1000 !== 999) continue;
    await nextTurn();
    if (signal.aborted) break;
    if (number % LOOK_EVERY === LOOK_EVERY - 1) await look(ran);
    ran.tookMs = performance.now() - began;
    if (ran.tookMs + began - told < TOLD_EVERY_MS) continue;
    told = performance.now();
    onLook?.(ran);
  }
  const { first, last } = ran.heldMb;
  if (last - first > MOST_GROWTH_MB)
    ran.faults.push({ number: null, says: `memory grew from ${first} to ${last} MB`, code: null });
  ran.tookMs = performance.now() - began;
  return ran;
};

const wordsOf = ({ is, says }: Fault): string => `${is}: ${says}`;

/** That reader whatever the file is like; for archives, and for one case in eight, whichever is the surest. */
const knownTo = (reader: string): ((number: number) => readonly Reader[]) => {
  const one = readers.find(({ id }) => id === reader);
  const alone = one ? [{ ...one, recognises: () => 1 }] : readers;
  return number => (number % 8 === 0 ? readers : alone);
};

const look = async ({ heldMb }: Ran): Promise<void> => {
  const now = await heldAfterCollection();
  if (heldMb.first === 0) heldMb.first = now;
  heldMb.last = now;
};

const MOST_GROWTH_MB = 24;
let collect: (() => void) | null = null;
const heldAfterCollection = async (): Promise<number> => {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  // What lay outside of the heap goes only some time after what held it.
  await nextTurn();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return Math.round((heapUsed + arrayBuffers) / 2 ** 20);
};
