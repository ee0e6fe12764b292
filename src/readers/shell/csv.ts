import { nameOf } from './names.js';
import type { ObjectsFrom, OnPrinted, OnUnread, Value } from './object.js';

/** One record may have so many signs; a quote that is never closed must not swallow a file. */
const MOST_RECORD = 200_000;

/**
 * Reads what Export-Csv and ConvertTo-Csv write, of any list separator (`,` `;` tab): a first line with the names, values in quotes, a quote
 * within them doubled, and line ends within them. `#TYPE` before it is passed over.
 */
export const fromCsv = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  let names: string[] | null = null;
  let separator = ',';
  let record: string[] = [];
  let chars = 0;
  let isOpen = false;
  let began = 0;
  let isBehindBlank = false;
  return {
    line,
    end,
    isInValue: () => isOpen,
    // No row is blank; mail may have put a blank line behind each.
    isNotItsOwn: text => isBehindBlank && text.trim() !== '' && !text.includes(separator),
  };

  function line(text: string, number: number): void {
    if (record.length === 0) {
      isBehindBlank = text.trim() === '';
      if (text.startsWith('#TYPE')) names = null;
      if (isBehindBlank || text.startsWith('#TYPE')) return;
      began = number;
    }
    record.push(text);
    chars += text.length + 1;
    if (hasOddQuotes(text)) isOpen = !isOpen;
    if (isOpen && chars < MOST_RECORD) return;
    if (isOpen) onUnread(began, 'a quote that begins here is never closed');
    else if (chars > MOST_RECORD) onUnread(began, `a record of more than ${MOST_RECORD} characters`);
    else take(record.join('\n'), began);
    clear();
  }

  function clear(): void {
    record = [];
    chars = 0;
    isOpen = false;
  }

  function end(): void {
    if (record.length > 0) onUnread(began, 'the last record is not whole');
    clear();
  }

  function take(whole: string, at: number): void {
    if (names === null) {
      separator = separatorOf(whole);
      names = fieldsIn(whole, separator).map(nameOf);
      return;
    }
    const fields = fieldsIn(whole, separator);
    // The line below the names of a table that came through a spreadsheet.
    if (fields.every(field => /^\s*-+\s*$/.test(field))) return;
    if (fields.length !== names.length) {
      onUnread(at, `${fields.length} values where the first line names ${names.length}`);
      return;
    }
    const properties = new Map<string, Value>();
    for (const [index, name] of names.entries()) {
      const text = fields[index] as string;
      // A collection shows its type in place of what is in it.
      if (!/^(?:System|Microsoft)\.[A-Za-z0-9.]+(?:`\d)?\[/.test(text))
        properties.set(name, { text, line: at, sure: true });
    }
    onObject({ properties, line: at });
  }
};

const hasOddQuotes = (text: string): boolean => {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count++;
  return count % 2 === 1;
};

const separatorOf = (head: string): string => {
  const outside = head.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t'].find(sign => outside.includes(sign)) ?? ',';
};

const fieldsIn = (record: string, separator: string): string[] => {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < record.length; at++) {
    const sign = record[at] as string;
    if (sign === '"') {
      if (isQuoted && record[at + 1] === '"') {
        field += '"';
        at++;
      } else isQuoted = !isQuoted;
    } else if (sign === separator && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
};
