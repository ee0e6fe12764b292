import { setTimeout as wait } from 'node:timers/promises';
import type { Asked } from './ask.js';
import { isAnswered } from './ask.js';
import type { Fault, Step, Who } from './schedule.js';
import { unnoted } from './unnoted.js';
import type { ChaosWorld } from './world.js';

/** Where nothing comes to that step, it happens after so long all the same. */
const STEP_MS = 8_000;

/** What a fault may need of the question that it is timed by: it asks when it is ready, and is told of it. */
export type Timing = { ask: () => { asked: Asked; taken: Promise<void> }; all: readonly Asked[] };

/** Does one thing to the world, at its time, and makes it good again. Whoever was killed has been started again when it settles. */
export const inject = async (world: ChaosWorld, fault: Fault, { ask, all }: Timing): Promise<void> => {
  const { slack, teams, redis, ways, mail } = world;
  switch (fault.do) {
    case 'kill': {
      const { who, step } = fault;
      await at(step, who === 'redis' ? 'bot' : who, () => process.kill(pidOf(who), 'SIGKILL'));
      if (who === 'redis') return redis.restart();
      if (who === 'bot') {
        await world.part(who).ended;
        for (const left of await unnoted(world, all)) left.unnoted += 1;
      }
      return world.restart(who);
    }
    case 'freeze': {
      const { who, step, forMs } = fault;
      await at(step, 'bot', () => process.kill(pidOf(who), 'SIGSTOP'));
      await wait(forMs);
      process.kill(pidOf(who), 'SIGCONT');
      return;
    }
    case 'sever':
      return at({ at: 'parcel', n: fault.n, when: fault.when }, fault.who, () => {});
    case 'cut':
      await at(fault.step, 'bot', () => ways[fault.who].is(fault.manner));
      await wait(fault.forMs);
      ways[fault.who].is('passes');
      return;
    case 'fail-over':
      await at(fault.step, 'bot', () => {});
      await redis.failOver();
      for (const way of Object.values(ways)) way.to(redis.upstream());
      return;
    case 'fill-disk':
      await at(fault.step, 'bot', () => {});
      await redis.fillDisk(true);
      await wait(fault.forMs);
      return redis.fillDisk(false);
    case 'step-clock':
      await at(fault.step, 'bot', () => {});
      await world.clock(fault.who, fault.byMs);
      await wait(fault.forMs);
      return world.clock(fault.who, 0);
    case 'ail-slack':
      slack.faults.set(fault.method, fault.fault);
      await asks();
      slack.faults.clear();
      return;
    case 'ail-teams':
      teams.connector.faults.set(fault.operation, fault.fault);
      await asks();
      teams.connector.faults.clear();
      return;
    case 'repeat':
      slack.faults.deliverTimes(fault.times);
      await asks();
      slack.faults.clear();
      return;
    case 'ail-mail':
      for (const relay of mail) relay.is(fault.manner);
      await Promise.all([asks(), wait(fault.forMs)]);
      for (const relay of mail) relay.is('passes');
      return;
  }

  function pidOf(who: Who | 'redis'): number {
    return who === 'redis' ? redis.pid() : world.part(who).pid;
  }

  /** A question, and as long as its answer takes, up to some seconds. */
  async function asks(): Promise<void> {
    const { asked, taken } = ask();
    await taken;
    await until(() => isAnswered(asked), STEP_MS);
  }

  async function at(step: Step, who: Who, then: () => void): Promise<void> {
    if (step.at === 'parcel') {
      let untrap = () => {};
      const sprung = new Promise<void>(done => {
        untrap = ways[who].atParcel(step.n, step.when, () => {
          then();
          done();
        });
      });
      const { taken } = ask();
      taken.catch(() => {});
      if ((await Promise.race([sprung, wait(STEP_MS, 'late')])) === 'late') {
        untrap();
        then();
      }
      return;
    }
    const [calls, connections] = [slack.calls.length, new Map<string, number>()];
    for (const { id } of world.lab.targets) connections.set(id, world.lab.counters(id).imap?.connections ?? 0);
    const { asked, taken } = ask();
    if (step.at === 'acknowledged') await Promise.race([taken, wait(STEP_MS)]);
    const has = (): boolean => {
      switch (step.at) {
        case 'acknowledged':
          return true;
        case 'placeholder':
          return asked.look().waits > 0 || isAnswered(asked);
        case 'probing':
          return (world.lab.counters(asked.target).imap?.connections ?? 0) > (connections.get(asked.target) ?? 0);
        case 'telling':
          return isAnswered(asked) || slack.calls.slice(calls).some(call => tells(call, asked));
        default:
          return isAnswered(asked);
      }
    };
    await until(has, STEP_MS);
    then();
  }
};

type Call = ChaosWorld['slack']['calls'][number];
const tells = ({ method, args }: Call, { id }: Asked): boolean =>
  method === 'chat.update' && args.channel === `CASK${id}` && !/^Checking /.test(args.text ?? '');

const until = async (is: () => boolean, forMs: number): Promise<void> => {
  const tired = performance.now() + forMs;
  while (!is() && performance.now() < tired) await wait(5);
};
