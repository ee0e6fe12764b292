import { joined, type Part } from './joined.js';
import { nameMeant, nameOf } from './names.js';
import type { ObjectsFrom, OnPrinted, OnUnread, Value } from './object.js';

/** One property while its object is not whole: the lines of its value, and whether something behind it was not understood. */
type Open = {
  name: string;
  label: string;
  line: number;
  column: number;
  parts: Part[];
  chars: number;
  isDisturbed: boolean;
};

/** So many lines of one value are kept; a stack trace in an event has fewer. */
const MOST_PARTS = 400;
const MOST_CHARS = 16_000;
const MOST_PROPERTIES = 400;

/**
 * Takes `Name : Value` lines apart. A blank line ends an object, and so does a name that was there before. Mail and chats put a blank line
 * behind every line: where each has one, it takes two to end an object. A value that was too long
 * for its console goes on in the next line, below where it began; a line that is neither makes the value above it doubtful.
 */
export const fromFormatList = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  let open: Open[] = [];
  let widest = 0;
  /** Between any two of what is open stood a blank line. */
  let isSpaced = true;
  let isBehindBlank = false;
  return { line, end };

  function line(text: string, number: number): void {
    if (text === '' || text.trim() === '') {
      if (isBehindBlank || !isSpaced) end();
      isBehindBlank = open.length > 0;
      return;
    }
    const wasBehindBlank = isBehindBlank;
    isBehindBlank = false;
    const last = open.at(-1);
    const more = last === undefined || wasBehindBlank ? null : continuation(text, last);
    if (last !== undefined && more !== null) {
      widest = Math.max(widest, text.length);
      if (last.parts.length < MOST_PARTS && last.chars < MOST_CHARS) last.parts.push(more.slice(0, MOST_CHARS));
      last.chars += more.length;
      return;
    }
    const pair = PAIR.exec(text.slice(0, MOST_LABEL));
    if (!pair) {
      if (last && wasBehindBlank && (open.length === 1 || !mayGoOn(text, last))) end();
      else if (last) last.isDisturbed = true;
      return;
    }
    const label = pair[2] as string;
    const name = nameOf(label);
    if (open.some(property => property.name === name) || open.length >= MOST_PROPERTIES) end();
    else if (last && !wasBehindBlank) endSpaced(last);
    const column = (pair[1] as string).length + 1;
    widest = Math.max(widest, text.length);
    open.push({
      name,
      label,
      line: number,
      column,
      parts: [text.slice(column, column + MOST_CHARS)],
      chars: text.length - column,
      isDisturbed: false,
    });
  }

  /** Two lines without a blank one between them: what is spaced above them was something else. */
  function endSpaced(last: Open): void {
    if (isSpaced && open.length > 1) {
      open.pop();
      end();
      open = [last];
    }
    isSpaced = false;
  }

  function end(): void {
    isSpaced = true;
    isBehindBlank = false;
    const [first] = open;
    if (!first) return;
    const properties = new Map<string, Value>();
    const kept = open.some(({ parts }) => parts.slice(0, -1).some(part => /\s$/.test(part)));
    const fills = Math.max(...open.map(({ label }) => label.length));
    for (const property of open) {
      const name = property.label.length === fills ? nameMeant(property.label, false) : property.name;
      const { text, sure } = joined(property.parts, { width: widest - property.column, keepsBlanks: kept });
      if (name === null) onUnread(property.line, `the name «${property.label}» was cut off by a narrow console`);
      else properties.set(name, { text, line: property.line, sure: sure && !property.isDisturbed });
    }
    open = [];
    widest = 0;
    onObject({ properties, line: first.line });
  }
};

/** A name has no more than 80 signs, and blanks up to the colon. */
const MOST_LABEL = 200;
const PAIR = /^(\s{0,8}([A-Zİa-zıÝý](?:[A-Zİa-zıÝý0-9_-]| (?! )){0,79}?) {0,80}:)(?:\s|$)/;

/** What a line adds to the value above it; null where it is a line of its own. */
const continuation = (line: string, last: Open): string | null => {
  const indented = line.length - line.trimStart().length;
  if (indented >= last.column && last.column > LEAST_COLUMN) return line.slice(last.column);
  // A chat may have taken the blanks away; what a version begins with it must end, and that soon.
  const value = last.chars < MOST_VERSION ? last.parts.join('') : '';
  const isHalf = /^\s*Version\b[^):]*$/i.test(value);
  return isHalf && !/:\s/.test(line) ? ` ${line.trim()}` : null;
};
/** Behind a blank line only a value that filled a console goes on. */
const mayGoOn = (line: string, { column, chars }: Open): boolean => /^\s{2}/.test(line) || column + chars >= NARROWEST;
const NARROWEST = 60;
/** `Version 15.1 (Build 32507.39)` and some blanks. */
const MOST_VERSION = 60;
/** `Name : `, as narrow as a list can be. */
const LEAST_COLUMN = 6;
