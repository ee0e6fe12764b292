import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoreDownError } from '../../../src/domain/errors.js';
import { RunId } from '../../../src/domain/ids.js';
import type { Inbox } from '../../../src/intake/ports.js';
import { waitingQuestions } from '../../../src/store/file/waiting-questions.js';
import { memoryStore } from '../../../src/store/memory/memory-store.js';

/** Bots beside one folder and one inbox, which can be away, and take something without an answer. */
let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'uccx-waiting-')), 'questions');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const run = RunId.parse('sla-question');
const question = { run, platform: 'slack', heard: { text: 'check branch' } };
const at = { platform: 'slack', handle: { message: '1.2' } };
const limits = { inboxMs: 3_600_000, ownerGoneMs: 8_000, inboxTries: 3 };

const rig = () => {
  let now = Date.now();
  let is: 'there' | 'away' | 'silent' = 'there';
  const clock = { now: () => now };
  const kept = memoryStore(clock, limits).inbox;
  const said: string[] = [];
  const through =
    <Given extends unknown[], Got>(call: (...given: Given) => Promise<Got>) =>
    async (...given: Given): Promise<Got> => {
      if (is === 'silent') await call(...given);
      if (is !== 'there') throw new StoreDownError('gone');
      return call(...given);
    };
  const inner: Inbox = {
    put: through(kept.put),
    note: through(kept.note),
    drop: through(kept.drop),
    adopt: through(kept.adopt),
  };
  return {
    kept,
    said,
    bot: () => waitingQuestions(inner, { folder, clock, say: line => void said.push(line) }, limits),
    redis: (state: typeof is) => {
      is = state;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
};
const files = () => readdir(folder).catch(() => []);

it('waits on the disk while Redis is away, and goes there with its message when it is back', async () => {
  const { bot, redis, kept } = rig();
  const a = bot();
  redis('away');
  expect(await a.put('a', question)).toBe(true);
  expect(await a.put('a', question)).toBe(true); // delivered again
  await a.note(run, at);
  expect(await files()).toEqual(['sla-question.a.json']);
  await expect(a.adopt('a')).rejects.toThrow(StoreDownError);
  redis('there');
  expect(await a.adopt('a')).toEqual([{ ...question, at }]);
  expect(await files()).toEqual([]);
  expect(await kept.adopt('a')).toEqual([{ ...question, at }]);
});

it('of a bot that was killed goes to one of those that look, once it has not been heard of for a while', async () => {
  const { bot, redis, pass } = rig();
  redis('away');
  await bot().put('a', question);
  redis('there');
  const [b, c] = [bot(), bot()];
  expect([await b.adopt('b'), await c.adopt('c')]).toEqual([[], []]);
  pass(9_000);
  const given = await Promise.all([b.adopt('b'), c.adopt('c')]);
  expect(given.flat()).toEqual([{ ...question, at: null }]);
  expect(await files()).toEqual([]);
});

it('stays with its bot as long as that calls, though Redis be away', async () => {
  const { bot, redis, pass } = rig();
  const [a, b] = [bot(), bot()];
  redis('away');
  await a.put('a', question);
  for (let times = 0; times < 3; times += 1) {
    pass(5_000);
    await expect(a.adopt('a')).rejects.toThrow();
    await expect(b.adopt('b')).rejects.toThrow();
  }
  expect(await files()).toEqual(['sla-question.a.json']);
});

it('that Redis has taken without an answer comes once, with its message', async () => {
  const { bot, redis, pass } = rig();
  redis('silent');
  const a = bot();
  await a.put('a', question);
  redis('away');
  await a.note(run, at);
  redis('there');
  pass(9_000);
  const b = bot();
  expect(await b.adopt('b')).toEqual([{ ...question, at }]);
  await b.drop('b', run);
  pass(9_000);
  expect(await bot().adopt('c')).toEqual([]);
});

it('that was answered is dropped in both places, also while it is on its way from one to the other', async () => {
  const { bot, redis, kept } = rig();
  const a = bot();
  redis('silent');
  await a.put('a', question);
  redis('there');
  await Promise.all([a.adopt('a'), a.drop('a', run)]);
  expect([await kept.adopt('a'), await files()]).toEqual([[], []]);
});

it('whose message could not be noted, for Redis went away in between, is given with it all the same', async () => {
  const { bot, redis } = rig();
  const a = bot();
  await a.put('a', question);
  redis('away');
  await expect(a.note(run, at)).rejects.toThrow(StoreDownError);
  redis('there');
  expect(await a.adopt('a')).toEqual([{ ...question, at }]);
});

it('that can be kept nowhere says so', async () => {
  const { bot, redis } = rig();
  await writeFile(folder, 'no folder');
  redis('away');
  await expect(bot().put('a', question)).rejects.toThrow(/neither in Redis nor in/);
});

it('in a folder that cannot be read keeps back nothing that Redis has', async () => {
  const { bot, said } = rig();
  await writeFile(folder, 'no folder');
  const a = bot();
  await a.put('a', question);
  expect([await a.adopt('a'), await a.adopt('a')]).toEqual([[{ ...question, at: null }], [{ ...question, at: null }]]);
  expect(said).toEqual([expect.stringMatching(/cannot be looked for/)]);
});

it.each<[string, (rigged: ReturnType<typeof rig>) => Promise<unknown> | unknown, RegExp]>([
  ['waited for more than an hour', ({ pass }) => pass(3_600_001), /waited for too long/],
  ['cannot be read', () => writeFile(join(folder, 'sla-question.a.json'), '{"schema":1'), /could not be read/],
])('that %s is left out, and that is told', async (_, spoil, says) => {
  const rigged = rig();
  const { bot, redis, pass, said } = rigged;
  redis('away');
  await bot().put('a', question);
  await spoil(rigged);
  redis('there');
  pass(9_000);
  expect(await bot().adopt('b')).toEqual([]);
  expect(await files()).toEqual([]);
  expect(said).toEqual([expect.stringMatching(says)]);
});
