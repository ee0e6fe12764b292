import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { whyText } from '../config/secrets.js';
import { UsageError } from '../domain/errors.js';
import type { GivenFile } from '../readers/read.js';
import { shownWord } from './command.js';
import type { Io } from './io.js';

/** More are no longer collected by hand. */
const MOST_FILES = 2000;
/** Large, for each read of a file costs a turn of the event loop. */
const READ_BYTES = 1 << 20;

/** Files, folders and `-` as the words name them; whatever is not there is wrong use, before anything is read. */
export const inputs = async (words: readonly string[], io: Io): Promise<GivenFile[]> => {
  if (words.filter(word => word === '-').length > 1) throw new UsageError('- is given twice; there is one input.');
  const found: GivenFile[] = [];
  for (const word of words) {
    if (word === '-') found.push(standardInput(io));
    else found.push(...(await filesAt(resolve(io.cwd, word), word, io.signal)));
    if (found.length > MOST_FILES) throw new UsageError(`These are more than ${MOST_FILES} files; name fewer.`);
  }
  return shortlyNamed(found);
};

/** Without the folders that all of them lie in: `a.log` and `b/c.log` say what a person needs to find them again. */
const shortlyNamed = (files: readonly GivenFile[]): GivenFile[] => {
  const ways = files.filter(({ name }) => name !== STANDARD_INPUT).map(({ name }) => name.split(/[\\/]/));
  const [first = []] = ways;
  let same = 0;
  while (same < first.length - 1 && ways.every(way => same < way.length - 1 && way[same] === first[same])) same++;
  return files.map(file => (file.name === STANDARD_INPUT ? file : { ...file, name: withoutFirst(same, file.name) }));
};
const withoutFirst = (folders: number, name: string): string => name.split(/[\\/]/).slice(folders).join('/');

const STANDARD_INPUT = 'standard input';

const standardInput = ({ stdin }: Io): GivenFile => {
  if (!stdin) throw new UsageError('Nothing is piped in: … | uccx-doctor read -.');
  return { name: STANDARD_INPUT, bytes: { [Symbol.asyncIterator]: () => stdin()[Symbol.asyncIterator]() } };
};

/** A folder is every file in it, as `file get activelog` leaves them. Links are not followed: they may lead anywhere. */
const filesAt = async (path: string, name: string, signal: AbortSignal): Promise<GivenFile[]> => {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return [{ name, bytes: bytesOf(path, signal) }];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort();
    if (files.length === 0) throw new UsageError(`There is no file in ${shownWord(name)}.`);
    return files
      .slice(0, MOST_FILES + 1)
      .map(file => ({ name: join(name, file.slice(path.length)), bytes: bytesOf(file, signal) }));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${shownWord(name)} cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`);
  }
};

/** Opened only when its turn comes. */
const bytesOf = (path: string, signal: AbortSignal): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () =>
    createReadStream(path, { highWaterMark: READ_BYTES, signal })[Symbol.asyncIterator]() as AsyncIterator<Buffer>,
});
