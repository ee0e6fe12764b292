import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoreDownError } from '../../src/domain/errors.js';
import type { LoginMemory } from '../../src/intake/ports.js';
import { bothLogins } from '../../src/store/both-logins.js';
import { fileLoginMemory } from '../../src/store/file/login-memory.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';

const at = '2026-11-21T08:00:00.000Z';
const clock = { now: () => Date.parse(at) };
let folder: string;
let shared: LoginMemory;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-both-'));
  shared = memoryStore(clock).logins;
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const commandLine = () => fileLoginMemory({ folder, clock });
const worker = (more: { shared?: LoginMemory; own?: LoginMemory } = {}) =>
  bothLogins({ shared, own: commandLine(), clock, say: line => said.push(line), ...more });

it('a password that was refused to the command line is not sent by the worker of this machine', async () => {
  await commandLine().begin('uccx@contoso', 'old', false);
  await commandLine().settle('uccx@contoso', 'old', 'refused', at);
  expect(await worker().begin('uccx@contoso', 'old', false)).toEqual({ is: 'refused', at });
  // and the shared memory is not left with an attempt that never was
  expect(await shared.begin('uccx@contoso', 'old', false)).toEqual({ is: 'free' });
});

it('nor the other way round, nor while the other one is at it', async () => {
  const both = worker();
  await both.begin('uccx@contoso', 'old', false);
  expect(await commandLine().begin('uccx@contoso', 'old', false)).toEqual({ is: 'running' });
  await both.settle('uccx@contoso', 'old', 'refused', at);
  expect(await commandLine().begin('uccx@contoso', 'old', false)).toEqual({ is: 'refused', at });
  expect(await shared.begin('uccx@contoso', 'old', false)).toEqual({ is: 'refused', at });
});

it('a login that an operator had tried again, and that was accepted, is forgotten by both', async () => {
  const both = worker();
  await both.begin('uccx@contoso', 'old', false);
  await both.settle('uccx@contoso', 'old', 'refused', at);
  expect(await both.begin('uccx@contoso', 'old', true)).toEqual({ is: 'free' });
  await both.settle('uccx@contoso', 'old', 'accepted', at);
  expect(await commandLine().begin('uccx@contoso', 'old', false)).toEqual({ is: 'free' });
});

it('a refusal is remembered here although the shared memory went away before it could be told', async () => {
  const away: LoginMemory = {
    begin: shared.begin,
    settle: () => Promise.reject(new StoreDownError('away')),
  };
  const both = worker({ shared: away });
  await both.begin('uccx@contoso', 'old', false);
  await expect(both.settle('uccx@contoso', 'old', 'refused', at)).rejects.toThrow(StoreDownError);
  const restarted = worker({ shared: memoryStore(clock).logins });
  expect(await restarted.begin('uccx@contoso', 'old', false)).toEqual({ is: 'refused', at });
});

it('without a folder to write to it goes by the shared memory alone, and says so once', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const both = worker({ own: fileLoginMemory({ folder: join(file, 'state'), clock }) });
  expect(await both.begin('uccx@contoso', 'old', false)).toEqual({ is: 'free' });
  await both.settle('uccx@contoso', 'old', 'refused', at);
  expect(await both.begin('uccx@contoso', 'old', false)).toEqual({ is: 'refused', at });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/cannot be used; what the command line was refused on this machine is not known here/);
});

it('without the shared memory there is no login', async () => {
  const down: LoginMemory = { begin: () => Promise.reject(new StoreDownError('away')), settle: async () => {} };
  await expect(worker({ shared: down }).begin('uccx@contoso', 'old', false)).rejects.toThrow(StoreDownError);
  expect(await commandLine().begin('uccx@contoso', 'old', false)).toEqual({ is: 'free' });
});

it('what the shared memory could not be told while Redis changed its master, it is told when it is back', async () => {
  let isAway = true;
  const changing: LoginMemory = {
    begin: shared.begin,
    settle: (...words) => (isAway ? Promise.reject(new StoreDownError('away')) : shared.settle(...words)),
  };
  const both = worker({ shared: changing });
  await both.begin('uccx@contoso', 'old', false);
  await expect(both.settle('uccx@contoso', 'old', 'accepted', at)).rejects.toThrow(StoreDownError);
  expect(await shared.begin('uccx@contoso', 'old', false)).toEqual({ is: 'running' });
  isAway = false;
  const again = async () => (await shared.begin('uccx@contoso', 'old', false)).is;
  await expect.poll(again, { timeout: 20_000 }).toBe('free');
});
