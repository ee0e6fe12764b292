import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { figuresOf } from './figures.js';
import { residentMb } from './machine.js';
import type { Outcome, Row } from './row.js';
import { openStand, PROGRAM, type Stand } from './stand.js';
import { unlessStopped } from './stopping.js';

const STARTS = 5;
const TARGET = { of: 'median', ms: 1_500 } as const;

/** How long the bot takes from its start until Slack can ask it, with a configuration for Slack alone; and the command line to its first word. */
export const benchStart = async (signal: AbortSignal): Promise<Outcome> => {
  const stand = await openStand(signal);
  try {
    const bots = await several(() => startBot(signal, stand));
    const versions = await several(() =>
      timed(() => unlessStopped(signal, run(process.execPath, [PROGRAM, 'version']))),
    );
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
      notes: [`A bot that nobody has asked yet: ${Math.max(...bots.map(({ mb }) => mb ?? 0)) || '?'} MB resident.`],
    };
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
