import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Env } from '../config/secrets.js';
import { UccxDoctorError } from '../domain/errors.js';

/** A process of ours that this one started; it ends by itself when we end. */
export type Part = {
  name: string;
  pid: number;
  /** What it said about itself when it was ready. Throws where it ended before. */
  ready: Promise<Readonly<Record<string, string>>>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stop: () => Promise<void>;
};

/** A part could not start; it has told why in its own log. `code` is its exit code. */
export class PartEndedError extends UccxDoctorError {
  declare readonly facts: { code: number | null; signal: NodeJS.Signals | null };
}

/** A worker lets probes end by their budgets, and then some. */
const ENDS_WITHIN_MS = 25_000;

/** With several arenas the C library keeps what each thread freed: 64 MB for good, after the first slow fingerprints of passwords. */
const MEMORY = { MALLOC_ARENA_MAX: '1' };

/** Starts `program`, which is ours, with other words. Its output goes where ours goes, or into the open file `output`. */
export const startPart = (
  program: string,
  args: readonly string[],
  env: Env,
  output: number | 'inherit' = 'inherit',
): Part => {
  const child = fork(program, [...args], {
    execArgv: [],
    env: { ...MEMORY, ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  const name = args[0] ?? 'part';
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const ready = Promise.race([
    firstMessage(child),
    ended.then(({ code, signal }) => {
      throw new PartEndedError(`${name} ended before it was ready`, { code, signal });
    }),
  ]);
  ready.catch(() => {}); // whoever waits is told; nobody may be waiting yet
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    ended,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
      await ended;
      clearTimeout(impatient);
    },
  };
};

const firstMessage = async (child: ChildProcess): Promise<Record<string, string>> => {
  const [message] = await once(child, 'message');
  return (message as { ready: Record<string, string> }).ready;
};
