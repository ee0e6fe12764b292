import type { FileRead } from '../../src/domain/read-file.js';
import type { Reader } from '../../src/readers/reader.js';
import { type Desk, LIMITS, takeFile } from '../../src/readers/take.js';
import { BETRAYALS } from './plant.js';

/** What one case did: a fault, or nothing but the longest time that it kept everybody waiting. */
export type Examined = { fault: string | null; longestMs: number };

/** Longer than this nobody may keep the event loop. */
const STALL_MS = 50;
/** One file may tell so much and no more, however large it is. */
const MOST_TOLD = 2_000_000;

/**
 * Reads bytes as the road reads them, in pieces of a size, and looks whether anything crashed, took too long, told too much, or
 * told a secret. What takes too long is tried again: others keep the machine busy as well.
 */
export const examine = (known: readonly Reader[], bytes: Buffer, piece: number): Examined => {
  let { read, crashed, longestMs } = readOnce(known, bytes, piece);
  for (let again = 0; again < 4 && longestMs > STALL_MS; again++)
    longestMs = Math.min(longestMs, readOnce(known, bytes, piece).longestMs);
  if (crashed) return { fault: `crash: ${crashed}`, longestMs };
  if (longestMs > STALL_MS) return { fault: `stall: ${longestMs.toFixed(0)} ms at once`, longestMs };
  const told = JSON.stringify(read);
  if (told.length > MOST_TOLD) return { fault: `it tells ${told.length} signs of ${bytes.length} bytes`, longestMs };
  const betrayed = BETRAYALS.find(words => told.includes(words));
  if (betrayed === undefined) return { fault: null, longestMs };
  const at = told.indexOf(betrayed);
  return { fault: `secret: ${told.slice(Math.max(0, at - 80), at + 80)}`, longestMs };
};

/** The same, without judging: what was read. */
const readOnce = (
  known: readonly Reader[],
  bytes: Buffer,
  piece: number,
): { read: FileRead[]; crashed: string | null; longestMs: number } => {
  let crashed: string | null = null;
  let longestMs = 0;
  const desk: Desk = {
    now: '2026-11-21T08:00:00.000Z',
    readers: known,
    limits: LIMITS,
    onCrash: error => {
      crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    },
    done: [],
    opened: 0,
    bytes: 0,
  };
  const timed = (step: () => void): void => {
    const began = performance.now();
    const used = process.cpuUsage();
    step();
    const tookMs = performance.now() - began;
    if (tookMs <= longestMs) return;
    // On a busy machine a step waits for its turn; what it worked is what it would take on an idle one.
    const { user, system } = process.cpuUsage(used);
    longestMs = Math.max(longestMs, Math.min(tookMs, (user + system) / 1000));
  };
  const file = takeFile('case', desk);
  try {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + Math.min(piece, file.step()));
      timed(() => file.push(part));
      from += part.length;
    }
    timed(() => file.end());
  } catch (error) {
    crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return { read: desk.done, crashed, longestMs };
};
