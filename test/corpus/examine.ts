import { setTimeout as wait } from 'node:timers/promises';
import { observePlan } from '../../src/cli/observe.js';
import { secretsFrom } from '../../src/config/secrets.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { isoNow } from '../../src/domain/clock.js';
import { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { RunId } from '../../src/domain/ids.js';
import type { Observation } from '../../src/domain/observation.js';
import { Report } from '../../src/domain/report.js';
import { Site } from '../../src/domain/target.js';
import { probes } from '../../src/probes/index.js';
import { loginDoor } from '../../src/probes/login-door.js';
import { mailLoop } from '../../src/probes/mail-loop.js';
import { rules } from '../../src/rules/index.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { Standing } from './stand-up.js';

/** What one case came to: the report, and what the servers counted. */
export type Examined = { report: Report; harm: Harm; tookMs: number };
type Harm = { logins: number; leftOpen: number; mailFrom: number; data: number; posts: number };

const ALL = ['uccx-side', 'agent-side', 'exchange-side', 'cuc-side'];
const SITES = {
  1: [{ id: 'hq', vantages: ALL }],
  2: [
    { id: 'hq', vantages: ['uccx-side', 'exchange-side', 'cuc-side'] },
    { id: 'branch', vantages: ['uccx-side', 'agent-side'] },
  ],
};
const cards = [...probes.filter(({ id }) => id !== mailLoop.id), mailLoop];
const clock = { now: Date.now };

/** The whole road of a check: plan, probes over real sockets, rules, report; without chat and Redis. */
export const examine = async (
  { drafts, sites: count, only, loop, witnesses }: Standing,
  signal: AbortSignal,
): Promise<Examined> => {
  const began = performance.now();
  const sites = SITES[count].map(site => Site.parse(site));
  const target = ConfiguredTarget.parse(drafts.hq);
  const at = isoNow(clock);
  const plan = makePlan({
    run: RunId.parse(`corpus-${target.id}`),
    at,
    targets: [target],
    sites,
    cards,
    only,
    loginAnyway: false,
    also: loop ? ['mail'] : [],
    deadlineMs: 120_000,
  });
  const [part] = plan.targets;
  if (!part) throw new Error('a plan without a target');
  const store = memoryStore(clock);
  // One of its own: many listeners on one signal would look like a leak.
  const own = AbortSignal.any([signal]);
  const deps = {
    probes: cards,
    clock,
    slots: store.slots,
    login: loginDoor({ clock, secrets: secretsFrom({}), memory: store.logins }),
    onAnswer: () => {},
    onCrash: rethrow,
  };
  // Each site goes its own way to what the name stands for there.
  const observations = await Promise.all(
    sites.map(async ({ id }): Promise<readonly Observation[]> => {
      const there = ConfiguredTarget.parse(id === 'branch' ? drafts.branch : drafts.hq);
      const orders = part.orders.filter(order => order.site === id);
      const seen = await observePlan({ ...plan, targets: [{ ...part, orders }] }, [there], own, deps);
      return seen.get(target.id) ?? [];
    }),
  );
  const report = diagnose(
    { rules, onCrash: rethrow },
    { run: plan.run, target, plan: part, observations: observations.flat(), startedAt: at, finishedAt: isoNow(clock) },
  );
  return {
    // As it would come out of Redis or a file.
    report: Report.parse(JSON.parse(JSON.stringify(report))),
    tookMs: performance.now() - began,
    harm: await harmOf(witnesses),
  };
};

const rethrow = (error: unknown): void => {
  throw error;
};

/** A server hears of the end of a connection a moment after the client has ended it. */
const harmOf = async (witnesses: Standing['witnesses']): Promise<Harm> => {
  const sum = (of: (witness: Standing['witnesses'][number]) => number) =>
    witnesses.reduce((all, witness) => all + of(witness), 0);
  const deadline = performance.now() + HEARD_MS;
  while (sum(({ open }) => open()) > 0 && performance.now() < deadline) await wait(POLL_MS);
  return {
    logins: sum(({ logins }) => logins()),
    leftOpen: sum(({ open }) => open()),
    mailFrom: sum(({ mailFrom }) => mailFrom()),
    data: sum(({ data }) => data()),
    posts: sum(({ posts }) => posts()),
  };
};
const HEARD_MS = 30_000;
const POLL_MS = 10;
