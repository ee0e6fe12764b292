/** One object of `Format-List`: names in lower case, values as they stand, put together again where the console broke them. */
export type Shown = ReadonlyMap<string, string>;

/**
 * Takes `Name : Value` lines apart. A blank line ends an object, and so does a name that was there before. A value that was too long
 * for its console goes on in the next line, below where it began.
 */
export const objectsIn = (pasted: string): Shown[] => {
  const objects: Shown[] = [];
  let current = new Map<string, string>();
  let last: { name: string; column: number } | null = null;
  const end = () => {
    if (current.size > 0) objects.push(current);
    current = new Map();
    last = null;
  };
  for (const line of linesIn(pasted)) {
    if (line.trim() === '') {
      end();
      continue;
    }
    const more: string | null = last === null ? null : continuation(line, last.column, current.get(last.name) ?? '');
    if (last !== null && more !== null) {
      current.set(last.name, `${current.get(last.name) ?? ''}${more}`);
      continue;
    }
    const pair = /^(\s{0,8}([A-Za-z][A-Za-z0-9 ]{0,80}?)\s*:)(?:(\s)(.*))?$/.exec(line);
    if (!pair) continue;
    const name = (pair[2] as string).toLowerCase();
    if (current.has(name)) end();
    current.set(name, (pair[4] ?? '').trimEnd());
    last = { name, column: (pair[1] as string).length + 1 };
  }
  end();
  return objects.map(shown => new Map([...shown].map(([name, value]) => [name, value.trim()])));
};

/** What a line adds to the value above it; null where it is a line of its own. */
const continuation = (line: string, column: number, value: string): string | null => {
  const indented = line.length - line.trimStart().length;
  if (indented >= column && column > LEAST_COLUMN) return line.slice(column).trimEnd();
  // A chat may have taken the blanks away; what a version begins with it must end, and that soon.
  const isHalf = value.length < MOST_VERSION && /^\s*Version\b[^):]*$/i.test(value);
  return isHalf && !/:\s/.test(line) ? ` ${line.trim()}` : null;
};
/** `Version 15.1 (Build 32507.39)` and some blanks. */
const MOST_VERSION = 60;
/** `Name : `, as narrow as a list can be. */
const LEAST_COLUMN = 6;

/** `AdminDisplayVersion` in a row of `Format-Table`, whole: a narrow console cuts it off, and half of it is not taken. */
export const versionsInTables = (pasted: string): { name: string; version: string }[] => {
  let isTable = false;
  return linesIn(pasted).flatMap(line => {
    if (line.trim() === '') isTable = false;
    if (/^\s*Name\b.*\bAdminDisplayVersion\b/i.test(line)) isTable = true;
    const row = isTable ? /^\s*(\S+)\s.*?(Version \d{1,2}\.\d{1,2} \(Build \d{1,5}\.\d{1,5}\))/i.exec(line) : null;
    return row ? [{ name: row[1] as string, version: row[2] as string }] : [];
  });
};

/** Without what a chat puts around code. */
const linesIn = (pasted: string): string[] =>
  pasted
    .replace(/^\ufeff/, '')
    .replaceAll('\u00a0', ' ')
    .replaceAll('```', '\n')
    .split(/\r?\n/);
