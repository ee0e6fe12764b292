import { maskedLines } from '../mask.js';

/**
 * One value as the shell printed it, with the line on which it begins. `sure` is false where a console may have broken it so that nobody
 * can tell whether a blank belongs there: such a value may be compared without its blanks, and is never printed again as a name.
 */
export type Value = { text: string; line: number; sure: boolean };

/** One object of a Get- cmdlet, whatever it was printed as: properties by their name in lower case. */
export type ShellObject = {
  properties: ReadonlyMap<string, Value>;
  line: number;
  /** The cmdlet of the line that was typed above it, in lower case; null where none is there. */
  asked: string | null;
  /** How many lines were typed above it. */
  turn?: number;
  /** The server that the last of them asked. */
  askedOf?: string | null;
};

/** Takes text line by line; objects come out as soon as they are whole. */
export type ObjectsFrom = { line: (text: string, number: number) => void; end: () => void };

export type OnObject = (object: ShellObject) => void;
/** What was printed and cannot be told for sure. */
export type OnUnread = (line: number | null, why: string) => void;

/** What a property says, or undefined where it was not printed; without the blanks around it. */
export const textOf = (object: ShellObject, name: string): string | undefined =>
  object.properties.get(name)?.text.trim();

/** So much of one value is kept: more than any message of an event log has. */
export const MOST_VALUE = 64_000;

/** A value as it was written with everything in it; lines in it are masked while it still has them. */
export const wholeValue = (text: string, line: number): Value => ({
  text: text.includes('\n') ? maskedLines(text.slice(0, MOST_VALUE)) : text,
  line,
  sure: true,
});

/** A comparison that a lost or added blank does not disturb. */
export const bare = (words: string): string => words.toLowerCase().replaceAll(/\s/g, '');

/** The cmdlet in a line that somebody typed: `[PS] C:\>Get-ImapSettings | fl`. */
export const cmdletTyped = (line: string): string | null =>
  line.length > 2000 ? null : (/(?:^\s*|[>#]\s*)(Get-[A-Za-z]{3,60})\b/i.exec(line)?.[1]?.toLowerCase() ?? null);

/** A line that somebody typed, whatever it did: what is printed below it is a later look. Deeper in, values go on. */
export const isTyped = (line: string): boolean =>
  !/^\s{9}/.test(line) &&
  (cmdletTyped(line) !== null || (line.length <= 2000 && /^\s*(?:\[PS\] ?|PS ?)[^>]{0,200}>\s*\S/.test(line)));

/** The one server that a typed `Get-` names: `-Server EX01`, `-ComputerName 'EX01'`; of a list or a variable it is none. */
export const serverTyped = (line: string): string | null => {
  if (line.length > 2000 || !/\bGet-/i.test(line)) return null;
  const named = [...line.matchAll(/\s-(?:Server|ComputerName)[\s:]+(\S{1,200})/gi)].map(
    ([, name = '']) => /^(['"]?)([A-Za-z0-9][A-Za-z0-9.-]{0,254})\1[;)}]*$/.exec(name)?.[2] ?? null,
  );
  return named.length === 1 ? (named[0] ?? null) : null;
};
