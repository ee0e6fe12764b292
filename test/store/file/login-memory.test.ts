import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isoNow } from '../../../src/domain/clock.js';
import { fileLoginMemory } from '../../../src/store/file/login-memory.js';

let folder: string;
let now: number;
const clock = { now: () => now };
const memory = () => fileLoginMemory({ folder: join(folder, 'state'), clock });

const files = async () => {
  const all = await readdir(join(folder, 'state'), { recursive: true, withFileTypes: true });
  return all
    .filter(each => each.isFile())
    .map(({ parentPath, name }) => join(relative(join(folder, 'state'), parentPath), name));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logins-'));
  now = Date.parse('2026-11-21T08:00:00.000Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('from one run to the next', () => {
  it('a refused password is not sent again, until it changes', async () => {
    expect(await memory().begin('corp\\uccx', 'f1', false)).toEqual({ is: 'free' });
    await memory().settle('corp\\uccx', 'f1', 'refused', isoNow(clock));
    now += 86_400_000;
    expect(await memory().begin('corp\\uccx', 'f1', false)).toEqual({ is: 'refused', at: '2026-11-21T08:00:00.000Z' });
    expect(await memory().begin('corp\\other', 'f1', false)).toEqual({ is: 'free' });
    expect(await memory().begin('corp\\uccx', 'f2', false)).toEqual({ is: 'free' });
  });

  it('«anyway» goes past a refusal, not past a running attempt', async () => {
    await memory().begin('a', 'f1', false);
    expect(await memory().begin('a', 'f1', true)).toEqual({ is: 'running' });
    await memory().settle('a', 'f1', 'refused', isoNow(clock));
    expect(await memory().begin('a', 'f1', true)).toEqual({ is: 'free' });
  });

  it.each([
    ['accepted', 'free'],
    ['not-sent', 'refused'],
    ['refused', 'refused'],
  ] as const)('after a refusal and an attempt that was %s, the next is %s', async (outcome, next) => {
    await memory().begin('a', 'f1', false);
    await memory().settle('a', 'f1', 'refused', isoNow(clock));
    await memory().begin('a', 'f1', true);
    await memory().settle('a', 'f1', outcome, isoNow(clock));
    expect(await memory().begin('a', 'f1', false)).toMatchObject({ is: next });
  });

  it('another secret of the same account does not run beside the first', async () => {
    await memory().begin('a', 'f1', false);
    expect(await memory().begin('a', 'f2', false)).toEqual({ is: 'running' });
  });

  it('an attempt that nobody ended keeps the account untouched for a quarter of an hour, and then this secret from being sent', async () => {
    await memory().begin('a', 'f1', false);
    now += 14 * 60_000;
    expect(await memory().begin('a', 'f1', false)).toEqual({ is: 'running' });
    now += 2 * 60_000;
    expect(await memory().begin('a', 'f1', false)).toEqual({ is: 'unheard', at: '2026-11-21T08:00:00.000Z' });
    expect(await memory().begin('a', 'f2', false)).toEqual({ is: 'free' });
  });

  it('what nobody heard the end of counts for a day', async () => {
    await memory().begin('a', 'f1', false);
    await memory().settle('a', 'f1', 'unheard', isoNow(clock));
    await memory().begin('b', 'f1', false);
    now += 23 * 3_600_000;
    expect(await memory().begin('a', 'f1', false)).toMatchObject({ is: 'unheard' });
    expect(await memory().begin('b', 'f1', false)).toMatchObject({ is: 'unheard' });
    now += 2 * 3_600_000;
    expect(await memory().begin('a', 'f1', false)).toEqual({ is: 'free' });
    expect(await memory().begin('b', 'f1', false)).toEqual({ is: 'free' });
  });

  it('a refused account leaves no attempt behind', async () => {
    await memory().begin('a', 'f1', false);
    await memory().settle('a', 'f1', 'refused', isoNow(clock));
    await memory().begin('a', 'f1', false);
    expect(await files()).toEqual([expect.stringMatching(/^login-[0-9a-f]{32}\/state\.2\.json$/)]);
  });
});

describe('on disk', () => {
  it('is for this user only and names neither account nor anything else in clear', async () => {
    await memory().begin('corp\\uccx', 'f1', false);
    await memory().settle('corp\\uccx', 'f1', 'refused', isoNow(clock));
    await memory().begin('corp\\uccx', 'f2', false);
    const state = join(folder, 'state');
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    const names = await files();
    expect(names).toHaveLength(1);
    for (const name of names) {
      expect((await stat(join(state, name))).mode & 0o777).toBe(0o600);
      expect(`${name} ${await readFile(join(state, name), 'utf8')}`).not.toMatch(/uccx/);
    }
  });

  it.each([
    ['is cut', '{"schema":1,"refus'],
    ['is something else', '[]'],
    ['is empty', ''],
  ])('a memory that %s is no memory: nobody logs in', async (_, content) => {
    await memory().begin('a', 'f1', false);
    await memory().settle('a', 'f1', 'refused', isoNow(clock));
    const [name] = await files();
    await writeFile(join(folder, 'state', name as string), content);
    await expect(memory().begin('a', 'f1', false)).rejects.toThrow(/cannot be used/);
  });

  it('a folder that cannot be made is no memory either', async () => {
    await writeFile(join(folder, 'state'), 'a file');
    await expect(memory().begin('a', 'f1', false)).rejects.toThrow(/cannot be used/);
  });
});

describe('of many accounts', () => {
  it('each lies in a folder of its own, so that no change reads what belongs to others', async () => {
    for (const account of ['a', 'b', 'c']) await memory().begin(account, 'f1', false);
    const folders = (await files()).map(file => file.split('/')[0]);
    expect(new Set(folders).size).toBe(3);
  });
});

describe('at the same moment', () => {
  it('of many attempts one begins', async () => {
    const states = await Promise.all(Array.from({ length: 20 }, () => memory().begin('a', 'f1', false)));
    expect(states.filter(({ is }) => is === 'free')).toHaveLength(1);
    expect(states.filter(({ is }) => is === 'running')).toHaveLength(19);
  });

  it('of many that find a dead attempt one begins', async () => {
    await memory().begin('a', 'f1', false);
    now += 3_600_000;
    const states = await Promise.all(Array.from({ length: 20 }, () => memory().begin('a', 'f2', false)));
    expect(states.filter(({ is }) => is === 'free')).toHaveLength(1);
  });
});
