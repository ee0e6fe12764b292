import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { ConfigError } from '../domain/errors.js';
import { reportView } from '../view/report.js';
import type { View } from '../view/view.js';
import { EXIT, type Io, line } from './io.js';
import { renderText } from './render-text.js';
import type { Result } from './result.js';

/** Prints a view as this terminal can show it. */
export const print = (view: View, io: Io, details = false): void => {
  const plain = io.env.NO_COLOR !== undefined && io.env.NO_COLOR !== '';
  const color = io.isTty && !plain && io.env.TERM !== 'dumb';
  io.stdout(renderText(view, { width: Math.min(Math.max(io.columns, 40), 120), color, details }));
};

/** Prints a result as text or as JSON, and gives back its exit code. */
export const printResult = (
  result: Result,
  { json, details, also }: { json: boolean; details: boolean; also: readonly string[] },
  io: Io,
): number => {
  if (json) io.stdout(line(JSON.stringify(result, null, 2)));
  else print(reportView(result.reports, also), io, details);
  return result.stopped && result.state === 'healthy' ? EXIT.unknown : EXIT[result.state];
};

/** Writes a result for this user only, whole or not at all. */
export const save = async (path: string, result: Result): Promise<void> => {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(result, null, 2)}\n`);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => {}); // it may never have come to be; what counts is the first error
    throw new ConfigError(`${path} cannot be written: ${whyUnwritten(cause)}`, { path }, { cause });
  }
};

export const whyUnwritten = (cause: unknown): string => {
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'this user may not write there';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return code ?? 'unknown reason';
  }
};
