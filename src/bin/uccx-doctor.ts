#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import type { Io } from '../cli/io.js';
import { runCli } from '../cli/run-cli.js';
import { commands } from './commands.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort(signal));
// Whoever reads us may go first, as in `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const prompt = async (question: string): Promise<string | null> => {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal: stopping.signal });
  } catch {
    return null; // Ctrl-C or Ctrl-D is no answer
  } finally {
    terminal.close();
  }
};

const io: Io = {
  stdout: text => void process.stdout.write(text),
  stderr: text => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  isTty: process.stdout.isTTY === true,
  errIsTty: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? process.stderr.columns ?? 100,
  signal: stopping.signal,
  ...(process.stdin.isTTY === true && process.stdout.isTTY === true ? { prompt } : {}),
  stdin: () => addAbortSignal(stopping.signal, process.stdin),
  version: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version,
};

process.exitCode = await runCli(process.argv.slice(2), io, commands);

// A pipe takes an answer as slowly as its reader reads it: what was written goes out whole, or to nobody.
await new Promise<void>(done => process.stdout.write('', () => done()));
// A connection that hangs, for instance to a Redis that is gone, must not keep a stopped service alive.
setTimeout(() => process.exit(), 1_000).unref();
