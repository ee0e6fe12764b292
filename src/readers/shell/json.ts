import { type ObjectsFrom, type OnPrinted, type OnUnread, type Value, wholeValue } from './object.js';

/** More is no answer of one cmdlet about one account; it is kept in memory until it ends. */
const MOST_CHARS = 1_000_000;
/** It can only be taken at once, so it is counted first; Exchange writes a value to every thirty characters. */
const MOST_VALUES = 12_000;

/** Reads what ConvertTo-Json writes: an object or a list of them. What Exchange wraps (`{"Value":16,"IsUnlimited":false}`) is opened. */
export const fromJson = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  const held: string[] = [];
  let chars = 0;
  let began = 1;
  /** How many lists and objects are open. */
  let depth = 0;
  return {
    line: (text, number) => {
      if (chars === 0) began = number;
      chars += text.length + 1;
      depth += deeperBy(text);
      // Chats write blanks so, and JSON knows no such blank.
      if (chars <= MOST_CHARS) held.push(text.includes('\u00a0') ? text.replaceAll('\u00a0', ' ') : text);
    },
    end: () => {
      if (chars > MOST_CHARS) {
        onUnread(began, `more than ${MOST_CHARS} characters of JSON; export fewer objects`);
        return;
      }
      if (chars === 0) return;
      const whole = held.join('\n');
      if (valuesIn(whole) > MOST_VALUES) {
        onUnread(began, `more than ${MOST_VALUES} values of JSON; export fewer objects`);
        return;
      }
      let parsed: unknown;
      try {
        parsed = JSON.parse(whole);
      } catch {
        return onUnread(began, 'this JSON is not whole'); // the message of the parser quotes the file and says no more
      }
      const list = Array.isArray(parsed) ? parsed : [parsed];
      for (const item of list) if (isRecord(item)) onObject(objectOf(item, began));
    },
    isWhole: () => chars > 0 && depth <= 0,
  };
};

/** At most so many: each but the last of its list ends at a comma, or opens another one. */
const valuesIn = (json: string): number => {
  let count = 0;
  for (let at = 0; at < json.length; at++) {
    const sign = json.charCodeAt(at);
    if (sign === COMMA || sign === OBJECT || sign === LIST) count++;
  }
  return count;
};
const COMMA = 0x2c;
const OBJECT = 0x7b;
const LIST = 0x5b;

/** How many more are open behind a line than before it. No value goes on in the next line. */
const deeperBy = (line: string): number => {
  let depth = 0;
  for (const [sign] of line.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/g))
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
  return depth;
};

const isRecord = (item: unknown): item is Record<string, unknown> =>
  typeof item === 'object' && item !== null && !Array.isArray(item);

const objectOf = (item: Record<string, unknown>, line: number) => {
  const properties = new Map<string, Value>();
  for (const [name, value] of Object.entries(item)) {
    const text = textOfJson(value);
    if (text !== null) properties.set(name.toLowerCase(), wholeValue(text, line));
  }
  return { properties, line };
};

/** As the shell would print it; null where that cannot be told. */
const textOfJson = (value: unknown): string | null => {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) {
    const items = value.slice(0, 200).map(textOfJson);
    return items.includes(null) ? null : `{${items.join(', ')}}`;
  }
  if (!isRecord(value)) return null;
  if (value.IsUnlimited === true) return 'Unlimited';
  if (value.IsUnlimited === false && 'Value' in value) return textOfJson(value.Value);
  const {
    DistinguishedName: _,
    Name: name,
    Value: inner,
    Major: major,
    Minor: minor,
    Build: build,
    Revision: last,
  } = value;
  if ([major, minor, build, last].every(part => typeof part === 'number'))
    return `Version ${major}.${minor} (Build ${build}.${last})`;
  if (typeof name === 'string') return name;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : null;
};
