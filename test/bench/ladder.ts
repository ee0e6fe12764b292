import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClimbOrder, ClimbResult } from './ladder-climber.js';
import { type LadderServer, ladderServers } from './ladder-servers.js';
import type { Outcome } from './row.js';
import { LateError, StoppedError, stack, unlessLate } from './stopping.js';
import type { Figure } from './summary.js';

const MOST = { time: 1.2, memory: 1.5 };
/** No wait is without an end, and each says what it waited for. A climb of 2,400 processes takes minutes where others work too. */
const [START_MS, CLIMB_MS] = [90_000, 600_000];
const CLIMBER = fileURLToPath(new URL('./ladder-climber.js', import.meta.url));

type Security = ClimbOrder['security'];
type Round = { ours: ClimbResult; raw: ClimbResult };
/** `cold`: what `time` was in the first climb of each process. */
type Cell = { says: string; rounds: number; time: number; cold: number; memory: number; met: boolean } & Round;

/** Thousands of sessions of one account held at once: our ladder beside a client of bare sockets that says the same lines, taking turns. */
export const benchLadder = async (signal: AbortSignal): Promise<Outcome> => {
  const { servers, missing } = ladderServers();
  const cells: Cell[] = [];
  const failed: string[] = [];
  for (const server of servers) {
    for (const security of ['plain', 'starttls'] as const) {
      const says = `${server.name}, ${security}`;
      try {
        const cell = cellOf(says, server.sessions, await roundsOf(signal, server, security));
        console.error(
          `${says}: time ${cell.time.toFixed(2)} (first climb ${cell.cold.toFixed(2)}), memory ${cell.memory.toFixed(2)} of the bare client's`,
        );
        cells.push(cell);
      } catch (error) {
        if (error instanceof StoppedError) throw error;
        failed.push(`FAILED: ${says}: ${(error as Error).message}`);
        console.error(failed.at(-1));
      }
    }
  }
  const notes = [tableOf(cells), '', ...failed, ...missing];
  const shown = cells.map(
    ({ says, ours, raw, time, memory, met }): Figure => ({
      says: `${ours.opened} sessions held, ${says}`,
      ours: `${figures(ours)} (${time.toFixed(2)} ×, ${memory.toFixed(2)} ×)`,
      beside: `bare sockets ${figures(raw)}`,
      target: `time ≤ ${MOST.time} ×, memory ≤ ${MOST.memory} ×`,
      met,
    }),
  );
  return { rows: [], figures: shown, notes, missed: failed.length > 0 || cells.some(({ met }) => !met) };
};

const roundsOf = async (signal: AbortSignal, server: LadderServer, security: Security): Promise<Round[]> => {
  const { name, sessions } = server;
  const ending = stack();
  try {
    const started = server.start();
    // Also what starts too late is stopped.
    ending.push(async () => (await unlessLate(NEVER, started, START_MS, `${name} to start`)).stop());
    const { stop, ...place } = await unlessLate(signal, started, START_MS, `${name} to start`);
    const rounds: Round[] = [];
    while (rounds.length < server.rounds) {
      const climber = async (who: ClimbOrder['who']) => climbed(signal, { who, ...place, security, sessions });
      // Who goes first changes: a server that has just let so many go is not the one that was started.
      const [first, second] = rounds.length % 2 ? (['raw', 'ours'] as const) : (['ours', 'raw'] as const);
      const round = { [first]: await climber(first), [second]: await climber(second) } as Round;
      rounds.push(round);
      const { ours, raw } = round;
      const told = `ours ${figures(ours)}, bare sockets ${figures(raw)}`;
      console.error(`${name}, ${security}, round ${rounds.length} of ${server.rounds}: ${told}`);
    }
    return rounds;
  } finally {
    await ending.stop();
  }
};
const NEVER = new AbortController().signal;

const cellOf = (says: string, sessions: number, rounds: readonly Round[]): Cell => {
  const time = median(rounds.map(({ ours, raw }) => ours.ms / raw.ms));
  const cold = median(rounds.map(({ ours, raw }) => ours.coldMs / raw.coldMs));
  // What the process has before the first session, its own modules among it, is no session's.
  const memory = median(rounds.map(({ ours, raw }) => ours.kbPerSession / raw.kbPerSession));
  const middle = (who: 'ours' | 'raw'): ClimbResult => {
    const all = rounds.map(round => round[who]);
    const [worst] = [...all].sort((a, b) => a.opened - b.opened);
    return {
      ...(worst as ClimbResult),
      ms: median(all.map(({ ms }) => ms)),
      coldMs: median(all.map(({ coldMs }) => coldMs)),
      cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
      heldMb: median(all.map(({ heldMb }) => heldMb)),
      kbPerSession: median(all.map(({ kbPerSession }) => kbPerSession)),
      leftOpen: Math.max(...all.map(({ leftOpen }) => leftOpen)),
    };
  };
  const [ours, raw] = [middle('ours'), middle('raw')];
  const whole = ours.opened === sessions && raw.opened === sessions;
  const met = whole && ours.leftOpen === 0 && time <= MOST.time && memory <= MOST.memory;
  return { says, rounds: rounds.length, time, cold, memory, ours, raw, met };
};

const climbed = async (signal: AbortSignal, order: ClimbOrder): Promise<ClimbResult> => {
  const ending = stack();
  const child = fork(CLIMBER, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  ending.push(() => child.kill('SIGKILL'));
  try {
    child.send(order);
    const failed = once(child, 'exit').then(() => {
      throw new LateError(`the climber (${order.who}) ended before it was through`);
    });
    const awaited = `the climber (${order.who}) to hold ${order.sessions} sessions and give them back`;
    const [result] = await unlessLate(signal, Promise.race([once(child, 'message'), failed]), CLIMB_MS, awaited);
    const { opened, says } = result as ClimbResult;
    if (opened < order.sessions) console.error(`${order.who}: only ${opened} of ${order.sessions} sessions: ${says}`);
    return result as ClimbResult;
  } finally {
    await ending.stop();
  }
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const tableOf = (cells: readonly Cell[]): string =>
  [
    `| sessions held, medians | sessions | rounds | ours | bare sockets | time ≤ ${MOST.time} | time of the first climb | processor, ours | bare sockets | memory a session, ours | bare sockets | memory ≤ ${MOST.memory} | resident in all, ours | bare sockets | not logged out | met |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...cells.map(({ says, rounds, ours, raw, time, cold, memory, met }) =>
      [
        '',
        says,
        ours.opened,
        rounds,
        ...[seconds(ours), seconds(raw), time.toFixed(2), cold.toFixed(2)],
        ...[cpu(ours), cpu(raw)],
        ...[kilobytes(ours), kilobytes(raw), memory.toFixed(2)],
        ...[megabytes(ours), megabytes(raw)],
        ours.leftOpen,
        met ? 'yes' : 'NO',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
const figures = (result: ClimbResult): string =>
  `${seconds(result)} (processor ${cpu(result)}), ${kilobytes(result)} a session, ${megabytes(result)}`;
const seconds = ({ ms }: ClimbResult): string => `${(ms / 1000).toFixed(1)} s`;
const cpu = ({ cpuMs }: ClimbResult): string => `${(cpuMs / 1000).toFixed(1)} s`;
const megabytes = ({ heldMb }: ClimbResult): string => `${heldMb.toFixed(0)} MB`;
const kilobytes = ({ kbPerSession }: ClimbResult): string => `${kbPerSession.toFixed(1)} KB`;
