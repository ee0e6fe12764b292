import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type Dice, diceOf } from '../fuzz/dice.js';
import { type Asked, type Asker, asker, isAnswered, type Seen } from './ask.js';
import {
  type Broken,
  judgeAnswer,
  judgeGrowth,
  judgeLeftovers,
  judgeLogins,
  judgeLooks,
  judgeSessions,
  judgeUnasked,
  type Sample,
  sampleOf,
  settled,
} from './count.js';
import { inject } from './inject.js';
import { type Fault, wordsOf } from './schedule.js';
import type { ChaosWorld } from './world.js';

export type Ran = {
  questions: number;
  taken: number;
  refused: number;
  /** Answered, and one message more stands there, of a bot that was killed before it noted where. */
  twice: number;
  broken: Broken[];
  /** Of which it cannot be said whether a promise broke, or the machine stood still. */
  undecided: Broken[];
  samples: Sample[];
  tookMs: number;
};

/** What a killed bot held is taken over within half a minute; a deadline, waits of a platform and a late job come on top. */
const ANSWERED_WITHIN_MS = 90_000;
/** A job of which a worker could not say how it ended is taken back within a minute. */
const SETTLED_WITHIN_MS = 75_000;
/**
 * A bot waits one second for Redis and five for a platform. Where the machine leaves the platforms here, and so the bot, without a turn for
 * half of one, both can be silent for it at once, and then nobody can be told (docs/reliability.md): such a round does not decide whether
 * each question has its one answer. All else must hold at any speed.
 */
const STARVED_MS = 500;
const WHO = ['bot', 'hq', 'branch'] as const;

/** Lets people ask all the time while the faults come one after another, and counts after each and at the end. */
export const run = async (
  world: ChaosWorld,
  faults: readonly Fault[],
  given: {
    seed: number;
    askers: number;
    gapMs: number;
    /** Waits until nothing is held any more, which after some faults is a minute. */
    leftovers: boolean;
    say: (line: string) => void;
    signal: AbortSignal;
  },
): Promise<Ran> => {
  const { seed, say, signal } = given;
  const began = performance.now();
  const asking = asker(world);
  const samples: Sample[] = [];
  const broken: Broken[] = [];
  const undecided: Broken[] = [];
  const turns = monitorEventLoopDelay({ resolution: 20 });
  turns.enable();
  for (const [round, fault] of faults.entries()) {
    if (signal.aborted) break;
    const from = asking.all.length;
    turns.reset();
    const dice = diceOf(seed, 'load', round);
    const load = startLoad(asking, { ...given, targets: world.asked }, dice, round);
    await inject(world, fault, { ask: () => asking.ask(load.free(), round), all: asking.all });
    await load.stop();
    const asked = asking.all.slice(from);
    await untilAnswered(asked);
    const found = asked.flatMap(each => judgeAnswer(each) ?? []);
    const isStarved = turns.max / 1e6 > STARVED_MS;
    (isStarved ? undecided : broken).push(...found);
    broken.push(...(await untilWell(world)));
    for (const who of WHO) samples.push(sampleOf(who, world.part(who).pid));
    const mark = found.length === 0 ? 'ok  ' : isStarved ? 'slow' : 'LOST';
    say(`${mark} ${String(round).padStart(3)} ${wordsOf(fault)}: ${asked.length} asked`);
    for (const { says } of found) say(`       ${says}`);
  }
  broken.push(
    ...judgeLogins(world),
    ...judgeLooks(world, asking.all),
    ...(await settled(() => judgeSessions(world), SETTLED_WITHIN_MS)),
    ...(given.leftovers ? await settled(() => judgeLeftovers(world), SETTLED_WITHIN_MS) : []),
    ...judgeUnasked(world),
    ...judgeGrowth(samples),
  );
  turns.disable();
  const { all } = asking;
  return {
    questions: all.length,
    taken: all.filter(({ isTaken }) => isTaken).length,
    refused: all.filter(({ look }) => look().answers.some(words => /cannot be reached/.test(words))).length,
    twice: all.filter(each => isTwice(each.look())).length,
    broken,
    undecided,
    samples,
    tookMs: performance.now() - began,
  };
};

const isTwice = ({ answers, waits }: Seen): boolean => answers.length + waits > 1;

/** So many people ask, each the next question when the last one is answered or has waited long enough. */
type Load = { askers: number; gapMs: number; targets: readonly string[] };
const startLoad = (asking: Asker, { askers, gapMs, targets }: Load, dice: Dice, round: number) => {
  const busy = new Set<string>();
  let isOver = false;
  const free = (): string => {
    const idle = targets.filter(id => !busy.has(id));
    const target = dice.oneOf(idle.length > 0 ? idle : targets);
    busy.add(target);
    return target;
  };
  const one = async (): Promise<void> => {
    while (!isOver) {
      const target = free();
      const { asked, taken } = asking.ask(target, round);
      await taken;
      while (!isOver && !isAnswered(asked)) await wait(100);
      busy.delete(target);
      await wait(gapMs);
    }
  };
  const all = Array.from({ length: askers }, one);
  return {
    free,
    stop: async () => {
      isOver = true;
      await Promise.all(all);
    },
  };
};

const untilAnswered = async (asked: readonly Asked[]): Promise<void> => {
  const tired = performance.now() + ANSWERED_WITHIN_MS;
  const isOpen = (each: Asked) => each.isTaken === null || (each.isTaken && !isAnswered(each));
  while (asked.some(isOpen) && performance.now() < tired) await wait(100);
};

/** Whoever ended without being told to has broken down. */
const untilWell = async (world: ChaosWorld): Promise<Broken[]> => {
  const ends = await Promise.all(
    WHO.map(async who => {
      const ended = await Promise.race([world.part(who).ended, wait(0, null)]);
      if (!ended) return [];
      await world.restart(who);
      return [{ promise: 'alive' as const, says: `${who} ended by itself: ${JSON.stringify(ended)}` }];
    }),
  );
  return ends.flat();
};
