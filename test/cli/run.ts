import type { Command, CommandToLoad } from '../../src/cli/command.js';
import type { Io } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/run-cli.js';

export type Ran = { code: number; out: string; err: string };

/** Runs one command line as the program does, with its world handed in. */
export const run = async (
  argv: readonly string[],
  world: {
    env?: Record<string, string>;
    cwd?: string;
    signal?: AbortSignal;
    isTty?: boolean;
    errIsTty?: boolean;
    onErr?: (text: string) => void;
    stdin?: () => AsyncIterable<Buffer>;
    prompt?: (question: string) => Promise<string | null>;
    /** Commands of the composition root. */
    more?: readonly (Command | CommandToLoad)[];
  } = {},
): Promise<Ran> => {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    stdout: text => void out.push(text),
    stderr: text => {
      err.push(text);
      world.onErr?.(text);
    },
    env: world.env ?? {},
    cwd: world.cwd ?? process.cwd(),
    isTty: world.isTty ?? false,
    ...(world.errIsTty === undefined ? {} : { errIsTty: world.errIsTty }),
    columns: 100,
    signal: world.signal ?? new AbortController().signal,
    ...(world.stdin ? { stdin: world.stdin } : {}),
    ...(world.prompt ? { prompt: world.prompt } : {}),
    version: '1.2.3',
  };
  const code = await runCli(argv, io, world.more);
  return { code, out: out.join(''), err: err.join('') };
};

// A program reads the command that it runs. Here all are read before the first test, whose time is not for that.
await run(['help']);
