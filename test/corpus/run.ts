import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../src/lab/certificates.js';
import { filteredPort } from '../../src/lab/dead-ports.js';
import { turns } from '../../src/probes/turns.js';
import type { Case } from './cases.js';
import { type Examined, examine } from './examine.js';
import { examinePapers } from './examine-papers.js';
import { type Grade, gradeOf } from './grade.js';
import type { Commons } from './ground.js';
import { type Standing, standUp } from './stand-up.js';

export type Graded = { one: Case; grade: Grade } & Pick<Examined, 'report' | 'harm' | 'tookMs'>;

/**
 * Whoever waits for a silent server costs nothing, so many wait at once. Those that work are few at once: on a busy machine more of them
 * would wait for each other, and the time-outs of a check would take that for a silent server. For the same reason those that wait do not
 * all begin at once.
 */
const AT_ONCE = { waiting: 40, working: 4, beginning: 2 };

/** Stands every case up on loopback, examines and grades it, many at once; gives them in their order. */
export const runCases = async (
  cases: readonly Case[],
  signal: AbortSignal,
  onDone: (done: number) => void = () => {},
): Promise<readonly Graded[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-corpus-'));
  const commons = await makeCommons(folder);
  const begins = turns(AT_ONCE.beginning);
  const graded: Graded[] = [];
  const all = [...cases.entries()].map(([at, one]) => ({ at, one, waits: one.faults.some(({ waits }) => waits) }));
  const failed: unknown[] = [];
  let done = 0;
  const lane = async (queue: typeof all) => {
    for (let next = queue.shift(); next && failed.length === 0 && !signal.aborted; next = queue.shift()) {
      const { at, one } = next;
      try {
        graded[at] = await carryOut(one, () => begins(signal, () => standUp(one, commons, folder)), signal);
      } catch (cause) {
        failed.push(new Error(`the case ${one.id} could not be carried out`, { cause }));
      }
      done += 1;
      onDone(done);
    }
  };
  try {
    const lanes = (count: number, queue: typeof all) => Array.from({ length: count }, () => lane(queue));
    await Promise.all([
      ...lanes(
        AT_ONCE.waiting,
        all.filter(({ waits }) => waits),
      ),
      ...lanes(
        AT_ONCE.working,
        all.filter(({ waits }) => !waits),
      ),
    ]);
  } finally {
    await commons.stop();
    await rm(folder, { recursive: true, force: true });
  }
  if (failed.length > 0) throw failed[0];
  signal.throwIfAborted();
  return graded;
};

const carryOut = async (one: Case, stand: () => Promise<Standing>, signal: AbortSignal): Promise<Graded> => {
  if (one.faults.every(({ papers }) => papers)) {
    const { report, state, tookMs } = await examinePapers(one);
    return { one, report, tookMs, harm: NONE, grade: gradeOf(report, one.shown, one.hidden, state) };
  }
  const standing = await stand();
  try {
    const { report, harm, tookMs } = await examine(standing, signal);
    return { one, report, harm, tookMs, grade: gradeOf(report, one.shown, one.hidden) };
  } finally {
    await standing.stop();
  }
};

/** Nobody was asked anything. */
const NONE: Examined['harm'] = { logins: 0, leftOpen: 0, mailFrom: 0, data: 0, posts: 0 };

const DAY_MS = 86_400_000;
/** The lab's certificates hold for 397 days, from a day before they are made. */
const LIFE_DAYS = 397;

const makeCommons = async (folder: string): Promise<Commons & { stop: () => Promise<void> }> => {
  const madeAt = async (name: string, days: number) => {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    return makeCertificates(own, Date.now() + days * DAY_MS);
  };
  const [certificates, runningOut, notYet, fortyDays, filtered] = await Promise.all([
    madeAt('today', 0),
    madeAt('running-out', 12 - LIFE_DAYS),
    madeAt('not-yet', 10),
    madeAt('forty-days', 40 - LIFE_DAYS),
    filteredPort('127.0.0.1'),
  ]);
  return { certificates, runningOut, notYet, fortyDays, filteredPort: async () => filtered.port, stop: filtered.stop };
};
