import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

const Owner = z.object({ token: z.string(), pid: z.int(), host: z.string() });
type Owner = z.infer<typeof Owner>;

/** A download that takes longer is taken for dead, also where its process cannot be seen (another container, one cache). */
const STALE_AFTER_MS = 10 * 60_000;

/**
 * Lets one process at a time do `work`, also across processes. The lock is a folder that is renamed into its place with its
 * owner already written in it, so nobody ever meets a lock without an owner. It only saves double work:
 * whoever uses it must stay right if a stale lock was taken over too early.
 */
export const withLock = async <T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> => {
  const mine: Owner = { token: randomUUID(), pid: process.pid, host: hostname() };
  const draft = `${path}.${mine.token}`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(join(draft, 'owner.json'), JSON.stringify(mine));
  try {
    for (let told = false; !(await moved(draft, path)); ) {
      if (await takeAwayIfStale(path)) continue;
      if (!told) onWait();
      told = true;
      await wait(100 + Math.random() * 50);
    }
    return await work();
  } finally {
    await rm(draft, { recursive: true, force: true });
    if ((await ownerOf(path))?.token === mine.token) await takeAway(path, mine.token);
  }
};

const moved = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
};

const ownerOf = async (path: string): Promise<Owner | null> => {
  try {
    return Owner.parse(JSON.parse(await readFile(join(path, 'owner.json'), 'utf8')));
  } catch {
    return null; // gone in between, or not ours: age decides
  }
};

const takeAwayIfStale = async (path: string): Promise<boolean> => {
  const owner = await ownerOf(path);
  const ageMs = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  const dead = owner !== null && owner.host === hostname() && !isAlive(owner.pid);
  if (!dead && ageMs < STALE_AFTER_MS) return false;
  return takeAway(path, owner?.token ?? null);
};

/** Renames before removing, so that an empty folder never stands in the place; puts back what another process put there meanwhile. */
const takeAway = async (path: string, token: string | null): Promise<boolean> => {
  const away = `${path}.away.${randomUUID()}`;
  if (!(await moved(path, away).catch(() => false))) return false;
  const taken = await ownerOf(away);
  if (taken && taken.token !== token && (await moved(away, path).catch(() => false))) return false;
  await rm(away, { recursive: true, force: true });
  return true;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
