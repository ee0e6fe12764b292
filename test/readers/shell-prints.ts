/*
 * How PowerShell prints objects, for tests: the list breaks a value behind a blank or a hyphen, and a word only where it is wider than its
 * column; the table begins text below its name and ends numbers below theirs.
 */
export type Printed = Record<string, string | number>;

const SEPARATOR = ' : ';

export const asList = (objects: readonly Printed[], width: number, { trims }: { trims: boolean }): string => {
  const blocks = objects.map(object => {
    const label = Math.min(Math.max(...Object.keys(object).map(name => name.length)), width - SEPARATOR.length - 10);
    const room = width - label - SEPARATOR.length;
    return Object.entries(object).flatMap(([name, value]) =>
      wrapped(String(value), room).map(
        (part, at) =>
          `${at === 0 ? `${name.slice(0, label).padEnd(label)}${SEPARATOR}` : ' '.repeat(label + SEPARATOR.length)}${part}`,
      ),
    );
  });
  const lines = blocks.flatMap(block => ['', ...block, '']);
  return lines.map(line => (trims ? line.trimEnd() : line)).join('\r\n');
};

export const wrapped = (value: string, room: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of value.match(/[^ -]*[ -]|[^ -]+/g) ?? []) {
    if (word.length > room)
      for (const sign of word) {
        if (line.length >= room) {
          lines.push(line);
          line = '';
        }
        line += sign;
      }
    else if (word.length > room - line.length) {
      lines.push(line);
      line = word;
    } else line += word;
  }
  return [...lines, line];
};

export const asTable = (objects: readonly Printed[]): string => {
  const names = Object.keys(objects[0] ?? {});
  const isNumber = (name: string) => objects.every(object => typeof object[name] === 'number');
  const widths = names.map(name => Math.max(name.length, ...objects.map(object => String(object[name]).length)));
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const wide = widths[at] as number;
        return isNumber(names[at] as string) ? cell.padStart(wide) : cell.padEnd(wide);
      })
      .join(' ')
      .trimEnd();
  return [
    '',
    row(names),
    row(names.map(name => '-'.repeat(name.length))),
    ...objects.map(object => row(names.map(name => String(object[name])))),
    '',
  ].join('\r\n');
};

export const asCsv = (objects: readonly Printed[], separator: string): string => {
  const quoted = (cells: readonly (string | number)[]) =>
    cells.map(cell => `"${String(cell).replaceAll('"', '""')}"`).join(separator);
  const names = Object.keys(objects[0] ?? {});
  return [
    '#TYPE Microsoft.Exchange.Data.Thing',
    quoted(names),
    ...objects.map(object => quoted(names.map(name => object[name] as string))),
  ].join('\r\n');
};

export const asJson = (objects: readonly Printed[]): string =>
  JSON.stringify(objects.length === 1 ? objects[0] : objects, null, 2);

export const asClixml = (objects: readonly Printed[]): string =>
  [
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">',
    ...objects.map(
      (object, at) =>
        `  <Obj RefId="${at}"><TN RefId="0"><T>Microsoft.Exchange.Thing</T></TN><ToString>thing</ToString><Props>${Object.entries(
          object,
        )
          .map(([name, value]) =>
            typeof value === 'number' ? `<I32 N="${name}">${value}</I32>` : `<S N="${name}">${escaped(value)}</S>`,
          )
          .join('\n')}</Props></Obj>`,
    ),
    '</Objs>',
  ].join('\n');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
