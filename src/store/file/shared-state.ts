import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const MAX_TRIES = 100;

/** A new state with what it gives back, or only the latter where nothing changes. */
export type Change<State, Given> = { next: State | null; give: Given };

/**
 * A small state on disk that several processes change one after another, without a lock that a killed process could leave behind.
 * Each change is a new file, `<path>.<number>.json`, which only one process can create; the highest number is the state. The
 * highest is never taken away, so whoever was slow either finds its number taken or a higher one beside it, and tries again.
 */
export const changeShared = async <State, Given>(
  path: string,
  parse: (text: string) => State,
  change: (state: State | null) => Change<State, Given>,
): Promise<Given> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const before = await highest(path);
    const text = before === 0 ? null : await readOrNull(fileOf(path, before));
    if (before > 0 && text === null) continue; // somebody was faster and has cleaned up
    const { next, give } = change(text === null ? null : parse(text));
    if (next === null) return give;
    const mine = before + 1;
    if (!(await create(fileOf(path, mine), JSON.stringify(next)))) continue;
    if ((await highest(path)) === mine) {
      await removeBelow(path, mine);
      return give;
    }
    await remove(fileOf(path, mine));
  }
  throw new Error(`${basename(path)} changes faster than it can be read`);
};

const fileOf = (path: string, number: number): string => `${path}.${number}.json`;

const numbers = async (path: string): Promise<number[]> => {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names.flatMap(name => {
    const number = name.startsWith(prefix) ? /^(\d{1,15})\.json$/.exec(name.slice(prefix.length))?.[1] : undefined;
    return number ? [Number(number)] : [];
  });
};

const highest = async (path: string): Promise<number> => Math.max(0, ...(await numbers(path)));

const removeBelow = async (path: string, mine: number): Promise<void> => {
  for (const number of await numbers(path)) if (number < mine) await remove(fileOf(path, number));
};

/** Makes a file that is there with its whole content or not at all, for this user only; false where the name is taken. */
const create = async (path: string, text: string): Promise<boolean> => {
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path); // unlike a rename it fails where the name is taken
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await remove(temporary);
  }
};

const readOrNull = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    ignoreMissing(error);
    return null;
  });

const remove = (path: string): Promise<void> => unlink(path).catch(ignoreMissing);

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};
