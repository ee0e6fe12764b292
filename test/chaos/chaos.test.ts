import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Asked, Seen } from './ask.js';
import { judgeAnswer, judgeGrowth, judgeLogins, judgeLooks } from './count.js';
import { run } from './run.js';
import { type Fault, KINDS, scheduleOf } from './schedule.js';
import { startWorld } from './world.js';

/** `npm run chaos` does this for as long as one likes, with faults of every kind. */
vi.setConfig({ testTimeout: 480_000 });

const SEED = 20261121;

// At named moments: where a slow machine lets Redis miss its second, a question is kept nowhere, and a kill right then loses it.
it('a bot that is killed and a Redis that is killed while people ask: every promise holds', async () => {
  const world = await startWorld({ users: 60, people: 0, digests: 0, targets: ['refused'], follower: false });
  try {
    const faults: Fault[] = [
      { do: 'kill', who: 'bot', step: { at: 'probing' } },
      { do: 'kill', who: 'redis', step: { at: 'placeholder' } },
    ];
    const ran = await run(world, faults, {
      seed: SEED,
      askers: 0,
      gapMs: 500,
      leftovers: false,
      say: () => {},
      signal: new AbortController().signal,
    });
    expect(ran.broken).toEqual([]);
    expect(ran.questions).toBe(2);
    expect(ran.taken).toBeGreaterThan(0);
    // Who knows no keys of the others answers every question, too, and has looked at nothing.
    expect(await readFile(join(world.folder, 'bot.log'), 'utf8')).not.toContain('no public key');
  } finally {
    await world.stop();
  }
});

describe('the schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(SEED, 40)).toEqual(scheduleOf(SEED, 40));
    expect(scheduleOf(SEED, 40)).not.toEqual(scheduleOf(SEED + 1, 40));
    expect(scheduleOf(SEED, 40).slice(0, 20)).toEqual(scheduleOf(SEED, 20));
  });

  it('has every kind before any comes again', () => {
    const kinds = scheduleOf(SEED, KINDS.length).map(fault =>
      fault.do === 'kill' ? `kill ${fault.who === 'bot'}` : fault.do,
    );
    expect(new Set(kinds).size).toBe(KINDS.length - 1); // a worker and Redis are killed by one name here
  });
});

describe('what is counted can break', () => {
  const asked = (isTaken: boolean | null, seen: Seen, unnoted = 0): Asked => ({
    id: 1,
    target: 'well-1',
    round: 0,
    isTaken,
    place: 'C1',
    unnoted,
    look: () => seen,
  });

  it.each<[string, boolean | null, Seen, string | null]>([
    ['answered once', true, { answers: ['well-1: healthy.'], waits: 0 }, null],
    ['never heard, never answered', false, { answers: [], waits: 0 }, null],
    ['heard, and nothing came', true, { answers: [], waits: 0 }, 'answered'],
    ['still checking', true, { answers: [], waits: 1 }, 'answered'],
    ['answered twice', true, { answers: ['a', 'b'], waits: 0 }, 'once'],
    ['answered, and «checking» stands beside it', true, { answers: ['a'], waits: 1 }, 'once'],
  ])('%s', (_, isTaken, seen, broken) => {
    expect(judgeAnswer(asked(isTaken, seen))?.promise ?? null).toBe(broken);
  });

  it.each<[string, Seen, string | null]>([
    ['one message more', { answers: ['a'], waits: 1 }, null],
    ['two messages more', { answers: ['a'], waits: 2 }, 'once'],
    ['only the one that is no one’s', { answers: [], waits: 1 }, 'answered'],
  ])('a bot was killed before it noted the place of a message, and there is %s', (_, seen, broken) => {
    expect(judgeAnswer(asked(true, seen, 1))?.promise ?? null).toBe(broken);
  });

  it.each([
    [1, 1, []],
    [2, 0, ['login']],
    [2, 2, ['login']],
  ])('%i logins, %i of them refused, for one question', (tried, wrongPassword, broken) => {
    const world = {
      lab: { counters: () => ({ imap: { accounts: { one: { tried, wrongPassword } } } }) },
      asked: ['well-1'],
    };
    const found = [
      ...judgeLogins(world as never),
      ...judgeLooks(world as never, [asked(true, { answers: ['a'], waits: 0 })]),
    ];
    expect([...new Set(found.map(({ promise }) => promise))]).toEqual(broken);
  });

  it('more descriptors and more memory than in the first half of a life', () => {
    const life = (fds: (at: number) => number, mb: (at: number) => number) =>
      judgeGrowth(Array.from({ length: 12 }, (_, at) => ({ who: 'bot', pid: 7, fds: fds(at), mb: mb(at) })));
    expect(
      life(
        () => 40,
        at => 150 + at,
      ),
    ).toEqual([]);
    expect(
      life(
        at => 40 + at * 3,
        at => 150 + at * 20,
      ).map(({ promise }) => promise),
    ).toEqual(['descriptors', 'memory']);
  });
});
