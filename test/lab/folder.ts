import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Makes folders of its own for one test file and removes exactly those when the file is done. */
export const temporaryFolders = (): (() => Promise<string>) => {
  const made: string[] = [];
  afterAll(async () => {
    await Promise.all(made.map(folder => rm(folder, { recursive: true, force: true })));
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-doctor-lab-'));
    made.push(folder);
    return folder;
  };
};
