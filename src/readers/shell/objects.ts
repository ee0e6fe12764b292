import { fromClixml } from './clixml.js';
import { fromConsole } from './console.js';
import { fromCsv } from './csv.js';
import { fromJson } from './json.js';
import { withPlainI } from './names.js';
import type { ObjectsFrom, OnObject, OnUnread } from './object.js';

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

/** Objects out of lines, whichever form the first of them shows. */
export const shellObjects = (onObject: OnObject, onUnread: OnUnread): ObjectsFrom => {
  let from: ObjectsFrom | null = null;
  return {
    line: (text, number) => {
      if (from === null && text.trim() === '') return;
      from ??= FORMS[formOf(text)](onObject, onUnread);
      from.line(text, number);
    },
    end: () => from?.end(),
  };
};

const FORMS = { console: fromConsole, csv: fromCsv, json: fromJson, clixml: fromClixml } as const;
