import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { firstLine } from './redis-program.js';

const run = promisify(execFile);

/** What lies in a finished folder beside the unpacked files; the folder is renamed into its place after this was written. */
const Unpacked = z.object({
  schema: z.literal(1),
  program: z.string(),
  libraryFolders: z.array(z.string()),
  packages: z.array(z.string()),
});
type Unpacked = z.infer<typeof Unpacked>;

/** Settings of the system that apt must not take over: hooks that touch the system, and folders that are ours here. */
const NOT_TAKEN_OVER =
  /^(?:apt::update|apt::periodic|apt::get|apt::sandbox|dpkg|unattended-upgrade|rpm|dir::(?!bin|etc))/i;

type Download = { folder: string; program: string; packages: readonly string[]; env: NodeJS.ProcessEnv };

/**
 * Downloads packages with what the system lacks of their dependencies, and unpacks them into `folder`.
 * apt checks signatures and sums as always and uses the system's sources, keys and proxy; its lists, caches, locks and logs are ours.
 */
export const downloadPackages = async ({ folder, program, packages, env }: Download): Promise<void> => {
  const work = join(folder, 'apt');
  for (const part of ['lists/partial', 'archives/partial', 'debs', 'log'])
    await mkdir(join(work, part), { recursive: true });
  const settings = join(work, 'apt.conf');
  const system = (await run('apt-config', ['dump'], { env: { ...env, LC_ALL: 'C' } })).stdout;
  await writeFile(settings, aptSettings(work, system));
  const inFolder = (cwd: string) => ({
    cwd,
    env: { ...env, APT_CONFIG: settings, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 300_000,
    maxBuffer: 16 << 20,
  });

  // One source of many may be down; whether what came is enough shows when the package is asked for.
  const update = await run('apt-get', ['update', '-qq'], inFolder(work)).catch((error: unknown) => error);
  const wanted = [packages[0] ?? ''];
  const plan = await run(
    'apt-get',
    ['install', '--simulate', '--yes', '--no-install-recommends', ...wanted],
    inFolder(work),
  ).catch((error: unknown) => {
    throw new Error(update instanceof Error ? firstLine(update) : firstLine(error), { cause: error });
  });
  const lacking = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(match => match[1] ?? '');
  const debs = join(work, 'debs');
  await run('apt-get', ['download', '-qq', ...new Set([...packages, ...lacking])], inFolder(debs));

  const files = (await readdir(debs)).filter(name => name.endsWith('.deb'));
  for (const file of files) await run('dpkg', ['--extract', join(debs, file), folder], inFolder(work));
  await rm(work, { recursive: true, force: true });
  const unpacked: Unpacked = {
    schema: 1,
    program: `usr/bin/${program}`,
    libraryFolders: await foldersWithLibraries(folder),
    packages: [...new Set([...packages, ...lacking])],
  };
  await writeFile(join(folder, 'unpacked.json'), JSON.stringify(unpacked, null, 2));
};

/** `apt-config dump` is itself a valid configuration; read through APT_CONFIG, with the system's own files switched off. */
export const aptSettings = (work: string, dump: string): string =>
  [
    ...dump.split('\n').filter(line => line.trim() !== '' && !NOT_TAKEN_OVER.test(line)),
    'Dir::Etc::parts "/dev/null";',
    'Dir::Etc::main "/dev/null";',
    `Dir::State "${work}";`,
    `Dir::State::lists "${work}/lists";`,
    // What is installed already need not be fetched; only read.
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::State::extended_states "${work}/extended_states";`,
    `Dir::Cache "${work}";`,
    `Dir::Cache::archives "${work}/archives";`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    `Dir::Log "${work}/log";`,
    // As root apt would hand the download to the user _apt, who cannot enter a private folder.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "30";',
    'Acquire::https::Timeout "30";',
    '',
  ].join('\n');

/** Null where nothing whole lies there. */
export const readUnpacked = async (folder: string): Promise<Unpacked | null> => {
  try {
    return Unpacked.parse(JSON.parse(await readFile(join(folder, 'unpacked.json'), 'utf8')));
  } catch {
    return null; // not there, or of another version of ours: it is fetched anew
  }
};

const foldersWithLibraries = async (root: string): Promise<string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const libraries = entries.filter(entry => /\.so(?:\.|$)/.test(entry.name) && !entry.isDirectory());
  return [...new Set(libraries.map(entry => relative(root, entry.parentPath)))].sort();
};
