import { maskedLines } from '../mask.js';
import type { Asked, Subject } from './typed.js';

/**
 * One value as the shell printed it, with the line on which it begins. `sure` is false where a console may have broken it so that nobody
 * can tell whether a blank belongs there: such a value may be compared without its blanks, and is never printed again as a name.
 */
export type Value = { text: string; line: number; sure: boolean };

/** One object as it was printed: properties by their name in lower case. */
export type PrintedObject = { properties: ReadonlyMap<string, Value>; line: number };

/** One object of a Get- cmdlet, whatever it was printed as, with what was typed above it. */
export type ShellObject = PrintedObject & {
  asked: Asked;
  /** How many lines were typed above it. */
  turn: number;
};

/** Takes text line by line; objects come out as soon as they are whole. */
export type ObjectsFrom = {
  line: (text: string, number: number) => void;
  end: () => void;
  /** Forms that say where they end: nothing more belongs to it. */
  isWhole?: () => boolean;
  /** Whatever comes next belongs to it, and be it a line that looks as if it had been typed. */
  isInValue?: () => boolean;
  /** Such a line is none of this form. */
  isNotItsOwn?: (line: string) => boolean;
};

export type OnPrinted = (object: PrintedObject) => void;
/** Whether it is something that was asked for. */
export type OnObject = (object: ShellObject) => boolean;
/** What was printed and cannot be told for sure. */
export type OnUnread = (line: number | null, why: string) => void;

/** What a property says, or undefined where it was not printed; without the blanks around it. */
export const textOf = (object: PrintedObject, name: string): string | undefined =>
  object.properties.get(name)?.text.trim();

/** By what it was asked for, where the line above it says so. */
export const askedFor = ({ asked }: ShellObject, is: Subject): string | undefined =>
  asked.named?.is === is ? asked.named.name : undefined;

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
