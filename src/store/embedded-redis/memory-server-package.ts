import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ownFolder } from './cache-folder.js';
import type { Outcome } from './debian-package.js';
import { firstLine, tryProgram } from './redis-program.js';

type GetPath = (options: { downloadDir: string }) => Promise<string>;
const Installer = z.object({
  // A class with static functions: taken as it is, a parsed copy would lose what it refers to by `this`.
  RedisBinary: z.custom<{ getPath: GetPath }>(value => typeof value === 'function' && 'getPath' in value),
});

/**
 * The npm package `redis-memory-server`, if somebody installed it: it downloads the source of Redis and compiles it.
 * No dependency of ours: it brings seventy packages and an install script (docs/decisions/0003-embedded-redis.md).
 */
export const memoryServerPackage = async ({
  env,
  cacheFolder,
  say,
  startFolders = [import.meta.url, join(process.cwd(), 'package.json')],
}: {
  env: NodeJS.ProcessEnv;
  cacheFolder: string;
  say: (line: string) => void;
  /** Where the package is looked for, as `require` in such a file would. */
  startFolders?: readonly string[];
}): Promise<Outcome> => {
  const entry = startFolders.map(resolvedFrom).find(path => path !== null);
  if (!entry) return { is: 'none', says: 'the npm package redis-memory-server is not installed' };
  try {
    const downloadDir = join(cacheFolder, 'redis-memory-server');
    await ownFolder(cacheFolder);
    await ownFolder(downloadDir);
    say('redis-memory-server is installed: it downloads and compiles Redis once, which takes some minutes');
    const { RedisBinary } = Installer.parse(await import(pathToFileURL(entry).href));
    const program = await RedisBinary.getPath({ downloadDir });
    const tried = await tryProgram({ program, libraryPath: null }, env);
    if (tried.is === 'unusable') return { is: 'none', says: tried.says };
    return { is: 'found', redis: { program, libraryPath: null, from: 'the npm package redis-memory-server' } };
  } catch (error) {
    return { is: 'none', says: `redis-memory-server did not bring a program: ${firstLine(error)}` };
  }
};

const resolvedFrom = (file: string): string | null => {
  try {
    return createRequire(file).resolve('redis-memory-server');
  } catch {
    return null; // not installed there
  }
};
