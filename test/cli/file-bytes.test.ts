import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBytes } from '../../src/cli/file-bytes.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-bytes-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MB = 2 ** 20;
const { signal } = new AbortController();

describe('a file in pieces', () => {
  it.each([0, 1, MB, MB + 1, 2.5 * MB])('of %d bytes comes whole and in order', async size => {
    const path = join(folder, String(size));
    const bytes = randomBytes(size);
    await writeFile(path, bytes);
    const got: Buffer[] = [];
    for await (const piece of fileBytes(path, signal)) got.push(Buffer.from(piece));
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });

  it('is one that may be left in the middle', async () => {
    const path = join(folder, 'left');
    await writeFile(path, Buffer.alloc(3 * MB, 'x'));
    for await (const piece of fileBytes(path, signal)) {
      expect(piece.toString('latin1', 0, 3)).toBe('xxx');
      break;
    }
    let bytes = 0;
    for await (const piece of fileBytes(path, signal)) bytes += piece.length;
    expect(bytes).toBe(3 * MB);
  });

  it('ends where somebody stops it', async () => {
    const path = join(folder, 'stopped');
    await writeFile(path, Buffer.alloc(3 * MB, 'x'));
    const stopping = new AbortController();
    const pieces = fileBytes(path, stopping.signal);
    await pieces.next();
    stopping.abort();
    await expect(pieces.next()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says what the system says where it cannot be read', async () => {
    await expect(fileBytes(join(folder, 'nowhere'), signal).next()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fileBytes(folder, signal).next()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
