import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PROGRAM } from '../support/program.js';
import { figuresOf } from './figures.js';
import { residentMb } from './machine.js';
import type { Outcome, Row } from './row.js';
import { openStand, type Stand, type TeamsEngineName } from './stand.js';
import { unlessStopped } from './stopping.js';
import type { Figure } from './summary.js';

const STARTS = 5;
const TARGET = { of: 'median', ms: 1_500 } as const;
/** Resident when it is ready and nobody has asked yet. */
const MOST_MB = { slack: 150, teams: 230 };

/** How long the bot takes from its start until Slack can ask it, with a configuration for Slack alone; and the command line to its first word. */
export const benchStart = async (signal: AbortSignal): Promise<Outcome> => {
  const stand = await openStand(signal);
  try {
    const bots = await several(() => startBot(signal, stand));
    const versions = await several(() =>
      timed(() => unlessStopped(signal, run(process.execPath, [PROGRAM, 'version']))),
    );
    const memory = [
      memoryOf('Slack alone', most(bots.map(({ mb }) => mb)), MOST_MB.slack),
      memoryOf('Slack and Teams by botbuilder', await withTeams(signal, 'botbuilder'), MOST_MB.teams),
      memoryOf('Slack and Teams by agents', await withTeams(signal, 'agents'), MOST_MB.teams),
    ];
    const row = (says: string, times: readonly number[], target: Row['target']): Row => ({
      says,
      figures: figuresOf(times),
      errors: 0,
      target,
    });
    return {
      rows: [
        row(
          'start of the bot until Slack can ask',
          bots.map(({ ms }) => ms),
          TARGET,
        ),
        row('«uccx-doctor version»', versions, null),
      ],
      figures: memory,
      notes: memory.map(({ says, ours, target }) => `${says}: ${ours} (target ${target}).`),
      missed: memory.some(({ met }) => met === false),
    };
  } finally {
    await stand.stop();
  }
};

const memoryOf = (what: string, mb: number | null, most: number): Figure => ({
  says: `memory of a bot that nobody has asked yet, ${what}`,
  ours: `${mb ?? '?'} MB`,
  beside: null,
  target: `≤ ${most} MB`,
  met: mb === null ? null : mb <= most,
});

const most = (all: readonly (number | null)[]): number | null => Math.max(...all.map(mb => mb ?? 0)) || null;

const withTeams = async (signal: AbortSignal, engine: TeamsEngineName): Promise<number | null> => {
  const stand = await openStand(signal, { engine });
  try {
    return (await startBot(signal, stand)).mb;
  } finally {
    await stand.stop();
  }
};

const run = promisify(execFile);

const startBot = async (signal: AbortSignal, stand: Stand): Promise<{ ms: number; mb: number | null }> => {
  const began = performance.now();
  const bot = stand.startBot();
  await unlessStopped(signal, bot.ready);
  const ms = performance.now() - began;
  const mb = await residentMb(bot.pid);
  await bot.stop();
  return { ms, mb };
};

const several = async <T>(once: () => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  while (all.length < STARTS) all.push(await once());
  return all;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
