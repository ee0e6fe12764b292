import { fromClixml } from './clixml.js';
import { fromConsole } from './console.js';
import { fromCsv } from './csv.js';
import { fromJson } from './json.js';
import { withoutMarks } from './marks.js';
import { withPlainI } from './names.js';
import type { ObjectsFrom, OnObject, OnPrinted, OnUnread } from './object.js';
import { afterOne, afterWords, askedIn, goesOn, isPrompt, isTyped, NOTHING_ASKED } from './typed.js';

/** How objects of a shell were written down. */
type Form = 'console' | 'csv' | 'json' | 'clixml';

/** Told from the first line that is not blank: lists and tables are what everything else is not. */
export const formOf = (line: string): Form => {
  const first = line.trimStart().slice(0, 4000);
  if (/^(?:\[\s*(?:\{|$)|\{\s*(?:"|$))/.test(first)) return 'json';
  if (/^<(?:Objs\b|\?xml\b)/.test(first)) return 'clixml';
  if (first.startsWith('#TYPE ')) return 'csv';
  return isCsvHead(first) ? 'csv' : 'console';
};

/** Names and nothing else, at least two, with one separator. Values follow in later lines. */
const isCsvHead = (first: string): boolean =>
  [',', ';', '\t'].some(separator => {
    const names = first.split(separator);
    return (
      names.length > 1 &&
      names.every(name => /^(?:"[A-Za-z][A-Za-z0-9_ ]*"|[A-Za-z][A-Za-z0-9_]*)$/.test(withPlainI(name.trim())))
    );
  });

/**
 * Objects out of lines, with what was typed above them. Each answer has a form of its own, also behind what a chat puts around code: it
 * shows in the first line below what was typed, or below a blank line where it can be nothing else.
 */
export const shellObjects = (onObject: OnObject, onUnread: OnUnread): ObjectsFrom => {
  let turn = 0;
  let asked = NOTHING_ASKED;
  /** The typed line, until something else stands below it. */
  let typed: string | null = null;
  const onPrinted: OnPrinted = object => {
    if (!onObject({ ...object, turn, asked })) return;
    isAnswered = true;
    asked = afterOne(asked);
  };
  const console = fromConsole(onPrinted, onUnread);
  let written: ObjectsFrom | null = null;
  let isAnswered = false;
  let isBehindBlank = false;
  let next: Next = 'any form';
  const lines = withoutMarks(line, onUnread);
  return {
    line: lines.line,
    end: () => {
      lines.end();
      end();
    },
  };

  function line(raw: string, number: number): void {
    if (written && isItsEnd(raw, written)) close(written);
    if (written) take(written, raw, number);
    else if (FENCE.test(raw)) shown('', number, true);
    else if (raw.includes('```')) for (const part of raw.split('```', MOST_FENCES)) shown(part, number, true);
    else shown(raw, number, false);
  }

  function end(): void {
    written?.end();
    written = null;
    console.end();
  }

  function close(form: ObjectsFrom): void {
    form.end();
    written = null;
    next = 'a sure form';
  }

  function take(form: ObjectsFrom, text: string, number: number): void {
    form.line(text, number);
    if (form.isWhole?.()) close(form);
  }

  /** A line of the window, or what a fence has left of it. */
  function shown(raw: string, number: number, isFenced: boolean): void {
    const text = withPlainBlanks(raw.includes('&gt;') ? raw.replaceAll('&gt;', '>') : raw);
    if (isTyped(text)) {
      end();
      turn++;
      typed = text;
      asked = askedIn(typed);
      isAnswered = false;
      next = 'any form';
      return;
    }
    if (text.trim() === '') {
      isBehindBlank = true;
      typed = null;
      next = next === 'console' ? 'a sure form' : next;
      console.line(text, number);
      return;
    }
    if (isAnswered && isBehindBlank && isWords(text)) asked = afterWords(asked);
    isBehindBlank = false;
    typed = typed === null || formOf(text) !== 'console' ? null : goesOn(typed, text);
    if (typed !== null) {
      asked = askedIn(typed);
      return;
    }
    const form = next === 'console' ? 'console' : formOf(text);
    if (form !== 'console' && (next === 'any form' || form !== 'csv' || /^\s*(?:#TYPE |")/.test(text))) {
      console.end();
      written = FORMS[form](onPrinted, onUnread);
      take(written, raw, number);
      return;
    }
    if (isFenced) next = next === 'console' ? 'a sure form' : next;
    else if (!BEFORE_A_FORM.test(text.trim())) next = 'console';
    console.line(text, number);
  }
};

/** What the next line may begin: names with commas between them may be words of a sentence, unless a line was typed above them. */
type Next = 'any form' | 'a sure form' | 'console';

/** Words of a person about what stands below them. No head of a table ends so, and a list has a blank before its colon. */
const isWords = (text: string): boolean =>
  text.length <= MOST_WORDS && /^\s*\p{L}[^{}]*[^\s:][:.!?,]\s*$/u.test(text) && /\s/.test(text.trim());
const MOST_WORDS = 400;

/** Lines of their own that chats and tickets put around code. */
const FENCE = /^\s*(?:\{(?:code|noformat)(?::[^}]{0,40})?\}|\[\/?(?:code|pre)\]|<\/?(?:pre|code)>)\s*$/i;

/** `json` behind a fence, warnings of the shell in any language, and words that end in a colon. */
const BEFORE_A_FORM = /^(?:[a-z]{2,12}$|\p{Lu}{4,20}\s?:|.{0,200}[^\s:]:$)/u;

const isItsEnd = (line: string, form: ObjectsFrom): boolean =>
  !form.isInValue?.() &&
  (isPrompt(line) || /^\s*```/.test(line) || FENCE.test(line) || form.isNotItsOwn?.(line) === true);

const FORMS = { csv: fromCsv, json: fromJson, clixml: fromClixml } as const;

const withPlainBlanks = (raw: string): string =>
  raw.includes('\u00a0') ? raw.replaceAll(raw.length < 400 ? NOT_IN_A_NUMBER : '\u00a0', ' ') : raw;
/** Chats write blanks so. French Windows groups a number with it, which is one number only where nothing else stands behind the colon. */
const NOT_IN_A_NUMBER = /\u00a0(?!\d{3}(?:\u00a0\d{3}){0,2}\s{0,20}$)|(?<!:\s\d{1,3}(?:\u00a0\d{3}){0,2})\u00a0/g;

/** A line has one or two of them. */
const MOST_FENCES = 20;
