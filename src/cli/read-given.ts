import type { Clock } from '../domain/clock.js';
import type { FileRead } from '../domain/read-file.js';
import { readFiles } from '../readers/read.js';
import { brokeOff, type Io, line } from './io.js';
import { inputs } from './read-input.js';
import { visible } from './render-text.js';

/** Reads what the words name, with a line of progress where somebody watches; Ctrl-C ends it with what was understood until then. */
export const readGiven = async (words: readonly string[], clock: Clock, io: Io): Promise<FileRead[]> => {
  const files = await inputs(words, io);
  const isWatched = io.errIsTty ?? io.isTty;
  const read = await readFiles(files, {
    clock,
    signal: io.signal,
    onCrash: (error, reader) => io.stderr(line(brokeOff(`The reader ${reader}`, error))),
    ...(isWatched ? { onProgress: progressOn(io) } : {}),
  });
  if (isWatched) io.stderr(CLEAR);
  return read;
};

const CLEAR = '\r\u001b[K';
const progressOn = (io: Io) => (name: string, bytes: number) =>
  io.stderr(
    `${CLEAR}${visible(`${name}: ${Math.round(bytes / 1e6)} MB read; Ctrl-C stops`).slice(0, Math.max(20, io.columns - 1))}`,
  );
