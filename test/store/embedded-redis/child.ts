import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs a module of this folder in a process of its own; `line` is the first line that it prints. */
export const runModule = (
  module: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): { child: ChildProcess; line: Promise<string> } => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'run-ts.mjs'), join(import.meta.dirname, module), ...args],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', bytes => {
    errors += bytes;
  });
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', code => reject(new Error(`${module} ended with ${code} before it printed a line: ${errors}`)));
  });
  return { child, line };
};

/** True as long as a process is there and no zombie. */
export const isRunning = async (pid: number): Promise<boolean> => {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (status !== null) return !/^\d+ \(.*\) Z /.test(status);
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
