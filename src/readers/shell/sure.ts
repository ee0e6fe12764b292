import type { ShellObject } from './object.js';
import { countIn } from './values.js';

/** What a property says where nothing disturbed it; else it is said that it was not read. */
export const sureText = (
  object: ShellObject,
  name: string,
  unread: (line: number, why: string) => void,
): string | undefined => {
  const value = object.properties.get(name);
  if (!value) return undefined;
  if (value.sure) return value.text.trim();
  unread(
    value.line,
    `${name}: the console broke this value, and where it goes on cannot be told; widen it and paste again`,
  );
  return undefined;
};

/** A whole number that nothing disturbed; what else stands there is said, so that nobody takes it for read. */
export const sureCount = (
  object: ShellObject,
  name: string,
  unread: (line: number, why: string) => void,
): number | null => {
  const text = sureText(object, name, unread);
  const count = countIn(text);
  if (text && count === null)
    unread(object.properties.get(name)?.line ?? object.line, `${name}: «${text}» is no number`);
  return count;
};

/** A name is doubtful where a console may have taken a blank out of it. */
export const doubtIn = (object: ShellObject, ...names: string[]): string | null =>
  names.some(name => object.properties.get(name)?.sure === false)
    ? 'its name was broken by the console, so whether a blank belongs into it cannot be told; widen it and paste again'
    : null;
