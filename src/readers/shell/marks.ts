import { maskedLine } from '../mask.js';
import { isDashes } from './format-table.js';
import type { OnUnread } from './object.js';
import { isTyped } from './typed.js';

/** A line that waits until it is known whether all lines around it begin alike; `rest` null: this one does not. */
type Held = { text: string; number: number; rest: string | null };
/** What each line of a block begins with; `rest` is what it leaves, null where a line begins otherwise. */
type Mark = { rest: (text: string) => string | null };
type OnLine = (text: string, number: number) => void;

/**
 * Takes away what mail, chats and editors put before each line: `> `, `| `, numbers that go up by one, and the signs of code around it. It
 * is taken for that only where every line of a block has it; the shell's own `>>` stands below a line that was typed, and a value below a
 * name.
 */
export const withoutMarks = (onLine: OnLine, onUnread: OnUnread, deep = 0): { line: OnLine; end: () => void } => {
  let mark: Mark | null = null;
  let held: Held[] = [];
  /** A line of this block is the shell's own. */
  let isPlain = false;
  /** This block has begun with words of a person. */
  let isBegun = false;
  let isBehindBlank = false;
  return { line, end: release };

  function line(text: string, number: number): void {
    if (text.trim() === '') {
      isPlain = false;
      isBegun = false;
      isBehindBlank = true;
      if (mark) held.push({ text, number, rest: '' });
      else onLine(text, number);
      return;
    }
    const wasBehindBlank = isBehindBlank;
    isBehindBlank = false;
    const rest = mark?.rest(text) ?? null;
    if (mark && rest === null && wasBehindBlank) release();
    if (mark) {
      if (rest === null && isOwn(text)) {
        if (held.at(-1)?.rest === null) release();
        else asItIs();
        isPlain = true;
        onLine(text, number);
        return;
      }
      held.push({ text, number, rest });
      if (held.length >= MOST_HELD) {
        release();
        isBegun = false;
      }
      return;
    }
    mark = isPlain || deep >= DEEPEST ? null : markOf(text, isBegun);
    if (mark) held.push({ text, number, rest: mark.rest(text) });
    else {
      isPlain ||= isOwn(text);
      onLine(text, number);
    }
    isBegun = true;
  }

  /** A line of the same block begins otherwise, and says something of its own. */
  function asItIs(): void {
    const lines = held;
    mark = null;
    held = [];
    const first = lines[0];
    if (first && lines.length >= LEAST) onUnread(first.number, MIXED);
    for (const { text, number } of lines) onLine(text, number);
  }

  function release(): void {
    const lines = held;
    mark = null;
    held = [];
    const rests = lines.flatMap(({ text, rest }) => (rest !== null && text.trim() !== '' ? [rest] : []));
    if (rests.length < LEAST) {
      for (const { text, number } of lines) onLine(text, number);
      return;
    }
    const indents = rests.filter(rest => rest.trim() !== '').map(rest => rest.length - rest.trimStart().length);
    const indent = Math.min(MOST_INDENT, ...indents);
    const last = lines.findLastIndex(({ text, rest }) => rest !== null && text.trim() !== '');
    const inner = withoutMarks(onLine, onUnread, deep + 1);
    for (const [at, { text, number, rest }] of lines.entries()) {
      if (at === last + 1) inner.line('', number);
      // What stands alone on its line may be a secret only now.
      inner.line(rest === null ? text : maskedLine(rest.slice(indent)), number);
    }
    inner.end();
  }
};

const MIXED = 'some of these lines begin with a mark of mail or of an editor, and some do not; paste them without it';

/** More lines of one mail or file are read in parts, so that nobody else waits. */
const MOST_HELD = 300;
const LEAST = 2;
/** Mail quoted in mail. */
const DEEPEST = 6;
const MOST_INDENT = 8;

/** @param isBegun that words of a person stand above it: numbers below them may be of anything. */
const markOf = (first: string, isBegun: boolean): Mark | null => {
  const sign = /^\s{0,3}([>|│¦])/.exec(first)?.[1];
  if (IN_CODE.test(first)) return { rest: text => IN_CODE.exec(text)?.[1] ?? null };
  if (sign) return { rest: text => (/^\s{0,3}(.)/.exec(text)?.[1] === sign ? text.trimStart().slice(1) : null) };
  const [, begin, behind] = NUMBERED.exec(first) ?? [];
  if (begin === undefined || isBegun) return null;
  let next = Number(begin);
  return {
    rest: text => {
      const [, number, sign, rest = ''] = NUMBERED.exec(text) ?? [];
      if (Number(number) !== next || sign !== behind) return null;
      next++;
      return rest;
    },
  };
};
/** Chats write code within a line so. */
const IN_CODE = /^\s{0,3}`([^`]{1,2000})`\s*$/;
const NUMBERED = /^\s{0,7}(\d{1,6})([:|.)]?)((?<=[:|.)])\S.*|\s.*|)$/;

/** What a shell has printed or somebody typed, and no words of a person. */
const isOwn = (text: string): boolean =>
  LISTED.test(text.slice(0, MOST_LABEL)) || /^\s*["{[<#]/.test(text) || isDashes(text) || isTyped(text);
/** A list has a blank before its colon; whoever writes «Peter wrote:» has none. */
const LISTED = /^\s{0,8}[A-Za-zİıÝý][A-Za-z0-9İıÝý_-]{0,79}(?: [A-Za-z0-9_-]{1,79}){0,8} {0,80}[ \t]:(?:\s|$)/;
const MOST_LABEL = 200;
