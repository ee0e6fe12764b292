import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../domain/errors.js';
import { typedWord } from '../domain/typed-word.js';
import { whyText } from '../domain/why-text.js';
import type { GivenFile } from '../readers/read.js';
import { fileBytes } from './file-bytes.js';
import type { Io } from './io.js';

/** More are no longer collected by hand. */
const MOST_FILES = 2000;

/** Files, folders and `-` as the words name them; whatever is not there is wrong use, before anything is read. */
export const inputs = async (words: readonly string[], io: Io): Promise<GivenFile[]> => {
  if (words.filter(word => word === '-').length > 1) throw new UsageError('- is given twice; there is one input.');
  // the working folder would be meant, and somebody's variable was empty
  if (words.includes('')) throw new UsageError('A file is named by an empty word: is a variable not set?');
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
    const files = await filesBelow(path, name, signal);
    if (files.length === 0) throw new UsageError(`There is no file in ${typedWord(name)}.`);
    return files;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${typedWord(name)} cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`);
  }
};

/** A folder among them that cannot be opened is told of like a file, and the others are read. */
const filesBelow = async (folder: string, name: string, signal: AbortSignal): Promise<GivenFile[]> => {
  const files: GivenFile[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length > MOST_FILES) break;
    const path = join(folder, entry.name);
    const shown = join(name, entry.name);
    if (entry.isFile()) files.push({ name: shown, bytes: bytesOf(path, signal) });
    if (entry.isDirectory())
      files.push(
        ...(await filesBelow(path, shown, signal).catch(error => [{ name: `${shown}/`, bytes: unreadable(error) }])),
      );
  }
  return files;
};

/** Opened only when its turn comes. */
async function* bytesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* fileBytes(path, signal);
  } catch (error) {
    yield* unreadable(error);
  }
}

// biome-ignore lint/correctness/useYield: bytes that cannot be had are bytes all the same, until somebody wants them
async function* unreadable(error: unknown): AsyncGenerator<Buffer> {
  throw new UsageError(`it cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`);
}
