import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isoNow } from '../domain/clock.js';
import { UccxDoctorError } from '../domain/errors.js';
import type { FileRead } from '../domain/read-file.js';
import type { Part } from './archive.js';
import { readers } from './index.js';
import { type Desk, LIMITS, type Limits, takeFile, tooMany } from './take.js';

/** A file as somebody gives it: its name, and its bytes as they come. Each piece is good until the next one is asked for. */
export type GivenFile = { name: string; bytes: AsyncIterable<Buffer> };

export type ReadDeps = {
  clock: Clock;
  signal: AbortSignal;
  onCrash: Desk['onCrash'];
  /** Told about once in a while how far it came. */
  onProgress?: (name: string, bytes: number) => void;
  readers?: Desk['readers'];
  limits?: Partial<Limits>;
};

/** Longer than this nobody else waits for the event loop. */
const TURN_MS = 8;
const PROGRESS_MS = 500;

/**
 * Reads files one after another in constant memory, and tells what became of each, those in archives among them. Never throws: a file
 * that breaks off, a reader that crashes and a person who stops it leave what was understood until then, and say so.
 */
export const readFiles = async (
  files: Iterable<GivenFile> | AsyncIterable<GivenFile>,
  { clock, signal, onCrash, onProgress, readers: known = readers, limits }: ReadDeps,
): Promise<FileRead[]> => {
  const desk: Desk = {
    now: isoNow(clock),
    readers: known,
    limits: { ...LIMITS, ...limits },
    onCrash,
    done: [],
    opened: 0,
    bytes: 0,
  };
  let turn = performance.now();
  let told = turn;
  for await (const { name, bytes } of files) {
    const file = takeFile(name, desk);
    if (signal.aborted) file.cut(STOPPED);
    else if (desk.opened > desk.limits.files) file.cut(tooMany(desk));
    else await readOne(name, bytes, file);
  }
  return desk.done;

  async function readOne(name: string, bytes: AsyncIterable<Buffer>, file: Part): Promise<void> {
    let taken = 0;
    try {
      for await (const chunk of bytes) {
        for (let from = 0; from < chunk.length; ) {
          if (signal.aborted) return file.cut(STOPPED);
          const piece = chunk.subarray(from, from + file.step());
          file.push(piece);
          from += piece.length;
          taken += piece.length;
          if (performance.now() - turn >= TURN_MS) await rest(name, taken);
        }
      }
    } catch (error) {
      if (!signal.aborted) await allOf(name, taken, file);
      return file.cut(signal.aborted ? STOPPED : whyUnreadable(error));
    }
    file.noMore();
    await allOf(name, taken, file);
    if (signal.aborted) file.cut(STOPPED);
    else file.end();
  }

  /** Does what a file is not done with, unless somebody stops it. */
  async function allOf(name: string, taken: number, file: Part): Promise<void> {
    while (file.step() === 0 && !signal.aborted) {
      file.push(NONE);
      if (performance.now() - turn >= TURN_MS) await rest(name, taken);
    }
  }

  async function rest(name: string, taken: number): Promise<void> {
    if (onProgress && performance.now() - told >= PROGRESS_MS) {
      onProgress(name, taken);
      told = performance.now();
    }
    await nextTurn();
    turn = performance.now();
  }
};

const NONE = Buffer.alloc(0);
const STOPPED = 'reading was stopped';
const whyUnreadable = (error: unknown): string => {
  if (error instanceof UccxDoctorError) return error.message;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? `it cannot be read to its end: ${code}` : 'it cannot be read to its end';
};
