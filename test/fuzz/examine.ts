import type { FileRead } from '../../src/domain/read-file.js';
import type { Reader } from '../../src/readers/reader.js';
import { type Desk, LIMITS, takeFile } from '../../src/readers/take.js';
import type { Case } from './case.js';
import { BETRAYALS } from './plant.js';

/** What one case did: a fault, or nothing but the longest time that it kept everybody waiting, at most. */
export type Examined = { fault: Fault | null; longestMs: number };
export type Fault = { is: 'crash' | 'stall' | 'size' | 'secret'; says: string };

/** Longer than this nobody may keep the event loop. */
const STALL_MS = 50;
/** One file may tell so much and no more, however large it is. */
const MOST_TOLD = 2_000_000;

/** Reads a case as the road reads it and looks whether anything crashed, took too long, told too much, or told a secret. */
export const examine = (known: readonly Reader[], given: Case): Examined => {
  const began = performance.now();
  const { read, crashed } = readOnce(known, given);
  const tookMs = performance.now() - began;
  if (crashed) return { fault: { is: 'crash', says: crashed }, longestMs: tookMs };
  // What took no longer from its first piece to its last kept nobody waiting with any of them.
  const longestMs = tookMs > STALL_MS ? longestStep(known, given) : tookMs;
  if (longestMs > STALL_MS) return { fault: { is: 'stall', says: `${longestMs.toFixed(0)} ms at once` }, longestMs };
  const told = JSON.stringify(read);
  if (told.length > MOST_TOLD)
    return { fault: { is: 'size', says: `it tells ${told.length} signs of ${given.bytes.length} bytes` }, longestMs };
  const betrayed = BETRAYALS.find(words => told.includes(words));
  if (betrayed === undefined) return { fault: null, longestMs };
  const at = told.indexOf(betrayed);
  return { fault: { is: 'secret', says: told.slice(Math.max(0, at - 80), at + 80) }, longestMs };
};

/**
 * Again and piece by piece, as often as it takes. A step does the same work each time; what comes on top of it, where others keep the machine
 * busy or the memory is swept, comes now in this step and now in that. So of each step its least counts.
 */
const longestStep = (known: readonly Reader[], given: Case): number => {
  const least: number[] = [];
  let longest = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 5 && longest > STALL_MS; again++) {
    let at = 0;
    readOnce(known, given, step => {
      const began = performance.now();
      const used = process.cpuUsage();
      step();
      const { user, system } = process.cpuUsage(used);
      // On a busy machine a step waits for its turn; what it worked is what it would take on an idle one.
      const workedMs = Math.min(performance.now() - began, (user + system) / 1000);
      least[at] = Math.min(least[at] ?? workedMs, workedMs);
      at += 1;
    });
    longest = Math.max(0, ...least);
  }
  return longest;
};

const NONE = Buffer.alloc(0);

/** The same, without judging: what was read. `around` may time each step. */
const readOnce = (
  known: readonly Reader[],
  { bytes, piece }: Case,
  around: (step: () => void) => void = step => step(),
): { read: FileRead[]; crashed: string | null } => {
  let crashed: string | null = null;
  const crash = (error: unknown) => {
    crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
  };
  const desk: Desk = {
    now: '2026-11-21T08:00:00.000Z',
    readers: known,
    limits: LIMITS,
    onCrash: crash,
    done: [],
    opened: 0,
    bytes: 0,
  };
  const file = takeFile('case', desk);
  try {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + Math.min(piece, file.step()));
      around(() => file.push(part));
      from += part.length;
    }
    around(file.noMore);
    while (file.step() === 0) around(() => file.push(NONE));
    around(file.end);
  } catch (error) {
    crash(error);
  }
  return { read: desk.done, crashed };
};
