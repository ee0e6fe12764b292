import type { Env } from '../config/secrets.js';
import { visible } from './render-text.js';

/** The world of one run of the command line, handed in so that tests own it. */
export type Io = {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  env: Env;
  cwd: string;
  /** Whether a person looks at `stdout`, and how wide their terminal is. */
  isTty: boolean;
  columns: number;
  /** Whether a person looks at `stderr`; where it is not given, whoever looks at `stdout`. */
  errIsTty?: boolean;
  /** Ctrl-C or a service manager: stop looking, tell what was seen until then. */
  signal: AbortSignal;
  /** Asks the person at the terminal; missing where nobody sits there, null where they give no answer. */
  prompt?: (question: string) => Promise<string | null>;
  /** What is piped in; ends with `signal`. */
  stdin?: () => AsyncIterable<Buffer>;
  version: string;
};

/** What cron, CI and monitoring read. */
export const EXIT = {
  healthy: 0,
  problem: 1,
  unknown: 2,
  /** Wrong words, or a file that cannot be used. */
  wrongUse: 64,
  /** A fault of our own; never mixed up with a verdict. */
  bug: 70,
} as const;

export const line = (text: string): string => `${text}\n`;

/** A fault of our own that costs one part of the answer. */
export const brokeOff = (who: string, error: unknown): string =>
  visible(`${who} broke off by a fault of our own: ${error instanceof Error ? error.message : String(error)}`);
