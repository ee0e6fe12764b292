import { parseArgs } from 'node:util';
import { UsageError } from '../domain/errors.js';
import { nearest } from '../domain/nearest.js';
import { typedWord } from '../domain/typed-word.js';
import type { Io } from './io.js';

export type Option = {
  type: 'string' | 'boolean';
  /** What the value stands for in the help: `FILE`. */
  value?: string;
  /** Takes every word behind it up to the next option, and may stand several times. */
  many?: boolean;
  says: string;
};

/** One word of the command line. `src/bin` adds its own to the table (`bot`, `worker`, `demo`, `lab`). */
export type Command = {
  name: string;
  /** Behind the name, as in `FILE [target…]`; empty where nothing follows. */
  takes: string;
  summary: string;
  options: Readonly<Record<string, Option>>;
  run: (given: Given, io: Io) => Promise<number>;
};

/** One that is read when it is asked for. */
export type CommandToLoad = { name: string; load: () => Promise<Command> };

export type Given = {
  words: string[];
  /** A string option that was given; `undefined` otherwise. */
  text: (option: string) => string | undefined;
  /** Every word of an option that takes many. */
  all: (option: string) => readonly string[];
  on: (option: string) => boolean;
};

/** Takes the words behind a command apart; throws `UsageError` with the nearest right spelling. */
export const parseGiven = (command: Command, argv: readonly string[]): Given => {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }])),
    strict: false, // its errors know no spelling
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const many = new Map<string, string[]>();
  const words: string[] = [];
  let into = words;
  for (const token of tokens) {
    if (token.kind === 'positional') into.push(token.value);
    if (token.kind !== 'option') continue;
    into = words;
    const option = command.options[token.name];
    if (!option) throw new UsageError(unknownOption(command, token.rawName));
    if (values.has(token.name) && !option.many) throw new UsageError(`--${token.name} is given twice.`);
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`--${token.name} takes no value.`);
      values.set(token.name, true);
    } else {
      const isMissing =
        token.value === undefined ||
        token.value === '' ||
        (!token.inlineValue && token.value.startsWith('-') && !(option.many && token.value === '-'));
      if (isMissing) throw new UsageError(`--${token.name} wants ${option.value ?? 'a value'} behind it.`);
      values.set(token.name, token.value as string);
      if (!option.many) continue;
      into = many.get(token.name) ?? [];
      into.push(token.value as string);
      many.set(token.name, into);
    }
  }
  return {
    words,
    text: name => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    all: name => many.get(name) ?? [],
    on: name => values.get(name) === true,
  };
};

const unknownOption = (command: Command, rawName: string): string => {
  const known = Object.keys(command.options).map(name => `--${name}`);
  const near = nearest(rawName, known);
  const hint = near ? ` Did you mean ${near}?` : '';
  const all = known.length > 0 ? ` It knows ${known.join(', ')}.` : ' It takes no options.';
  return `${command.name} knows no option ${typedWord(rawName)}.${hint}${all}`;
};

/** `--only imap,smtp` as words. */
export const words = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(Boolean);
