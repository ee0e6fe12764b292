import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../../domain/errors.js';

/** Where downloads are kept between starts: `UCCX_CACHE`, else `uccx-doctor` in the user's cache folder. */
export const cacheFolderOf = (env: NodeJS.ProcessEnv): string => {
  if (env.UCCX_CACHE) return env.UCCX_CACHE;
  const xdg = env.XDG_CACHE_HOME;
  // The XDG specification has relative paths ignored.
  if (xdg && isAbsolute(xdg)) return join(xdg, 'uccx-doctor');
  return join(env.HOME || homedir(), '.cache', 'uccx-doctor');
};

/**
 * Makes a folder that only we can write to, and refuses one into which somebody else could have put a program.
 * root may own it: an image that was built with a filled cache.
 */
export const ownFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(path);
    const me = process.getuid?.() ?? uid;
    if ((uid === me || uid === 0) && (mode & 0o002) === 0) return;
  } catch (error) {
    throw new ConfigError(`cannot use the folder ${path}: ${(error as Error).message}`, { path }, { cause: error });
  }
  throw new ConfigError(`the folder ${path} can be written by other users: use another one or «chmod 700» it`, {
    path,
  });
};
