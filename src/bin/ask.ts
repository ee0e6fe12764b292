import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askConsole, ConsoleSilentError } from '../chat/console/ask.js';
import type { Command } from '../cli/command.js';
import { EXIT, line } from '../cli/io.js';
import { visible } from '../cli/render-text.js';
import type { Env } from '../config/secrets.js';
import { stateFolderOf } from '../config/state-folder.js';
import { UsageError } from '../domain/errors.js';
import type { View } from '../view/view.js';

/** Where a bot with a console leaves its address, readable by its own user only. */
export const consoleFileOf = (env: Env): string => join(stateFolderOf(env), 'console');

export const runAsk: Command['run'] = async (given, io) => {
  const text = given.words.join(' ');
  if (text === '') throw new UsageError('ask wants a command, as in: ask /uccx check prod.');
  const at = given.text('at') ?? (await lastConsole(io.env));
  if (!/^https?:/.test(at) || !URL.canParse(at))
    throw new UsageError('--at wants the address that the bot printed, as in http://127.0.0.1:8080/#token=….');
  try {
    const answer = await askConsole(at, text, io.signal);
    io.stdout(answer.text);
    return exitOf(answer.view);
  } catch (error) {
    if (!(error instanceof ConsoleSilentError)) throw error;
    io.stderr(line(visible(`${error.message}.`)));
    return EXIT.unknown;
  }
};

const lastConsole = async (env: Env): Promise<string> => {
  try {
    return (await readFile(consoleFileOf(env), 'utf8')).trim();
  } catch {
    throw new UsageError(
      'No bot with a console has been started by this user; --at URL names one, also that of a demo.',
    );
  }
};

/** An answer as cron and CI read it. A refusal or a mistake is wrong use. */
export const exitOf = ({ tone, state }: Pick<View, 'tone' | 'state'>): number => {
  if (state) return EXIT[state];
  switch (tone) {
    case 'healthy':
    case 'plain':
      return EXIT.healthy;
    case 'critical':
    case 'warning':
      return EXIT.problem;
    case 'notice':
      return EXIT.wrongUse;
    default:
      return EXIT.unknown;
  }
};
