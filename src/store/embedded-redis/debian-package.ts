import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from './cache-folder.js';
import { downloadPackages, readUnpacked } from './debian-download.js';
import { withLock } from './folder-lock.js';
import { onPath } from './on-path.js';
import { firstLine, type RedisProgram, tryProgram } from './redis-program.js';

export type Outcome = { is: 'found'; redis: RedisProgram } | { is: 'none'; says: string };
type Place = { env: NodeJS.ProcessEnv; cacheFolder: string; say: (line: string) => void };

/** Debian keeps the server in redis-tools and only a link to it in redis-server, so both are always fetched. */
const CHOICES = [
  { name: 'redis-server', program: 'redis-server', packages: ['redis-server', 'redis-tools'] },
  { name: 'valkey-server', program: 'valkey-server', packages: ['valkey-server', 'valkey-tools'] },
] as const;

/**
 * The distribution's own package, unpacked into our cache folder: no root, nothing installed, the system's package lists untouched.
 * A folder in the cache is whole or not there; two processes at once end with the same one.
 */
export const debianPackage = async ({ env, cacheFolder, say }: Place): Promise<Outcome> => {
  const system = await debianSystem(env);
  if (system.is === 'none') return system;
  const parent = join(cacheFolder, 'redis');
  const folder = join(parent, system.folder);
  await ownFolder(cacheFolder);
  await ownFolder(parent);

  const kept = await unpackedIn(folder, system.title, env);
  if (kept) return kept;
  return withLock(
    `${folder}.lock`,
    () => say('another process is downloading Redis into the same cache: waiting for it'),
    async () => (await unpackedIn(folder, system.title, env)) ?? (await fetchInto(folder, system.title, { env, say })),
  );
};

const fetchInto = async (folder: string, title: string, { env, say }: Omit<Place, 'cacheFolder'>): Promise<Outcome> => {
  const faults: string[] = [];
  for (const choice of CHOICES) {
    const draft = `${folder}.draft.${randomUUID()}`;
    try {
      await ownFolder(draft);
      say(`downloading ${title}'s package ${choice.name} into ${folder} (nothing is installed)`);
      await downloadPackages({ folder: draft, program: choice.program, packages: choice.packages, env });
      const tried = await unpackedIn(draft, title, env);
      if (tried === null) throw new Error(`the unpacked ${choice.program} does not run here or is too old`);
      // What stands there did not run (an upgrade of the system, a removed file), so it gives way.
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
      const moved = await unpackedIn(folder, title, env);
      if (moved) return moved;
      throw new Error(`${folder} was changed while it was filled`);
    } catch (error) {
      faults.push(`${choice.name}: ${firstLine(error)}`);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return { is: 'none', says: `no package could be had from ${title} (${faults.join('; ')})` };
};

const unpackedIn = async (folder: string, title: string, env: NodeJS.ProcessEnv): Promise<Outcome | null> => {
  const unpacked = await readUnpacked(folder);
  if (unpacked === null) return null;
  const { program, libraryFolders, packages } = unpacked;
  const redis: RedisProgram = {
    program: join(folder, program),
    libraryPath: libraryFolders.length === 0 ? null : libraryFolders.map(part => join(folder, part)).join(':'),
    from: `${title} package ${packages[0] ?? ''}`,
  };
  return (await tryProgram(redis, env)).is === 'usable' ? { is: 'found', redis } : null;
};

const debianSystem = async (
  env: NodeJS.ProcessEnv,
): Promise<{ is: 'debian'; title: string; folder: string } | { is: 'none'; says: string }> => {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(release)?.[1] ?? '';
  const [id, like, version] = [field('ID'), field('ID_LIKE'), field('VERSION_ID')];
  if (![id, ...like.split(' ')].some(name => name === 'debian' || name === 'ubuntu'))
    return { is: 'none', says: 'this is neither Debian nor Ubuntu' };
  for (const tool of ['apt-get', 'apt-config', 'dpkg'])
    if ((await onPath(tool, env)) === null) return { is: 'none', says: `${tool} is not on the PATH` };
  const folder = `${id}-${version || 'rolling'}-${process.arch}`.replace(/[^A-Za-z0-9.-]/g, '_');
  return { is: 'debian', title: `${field('NAME').split(' ')[0] || id} ${version}`.trim(), folder };
};
