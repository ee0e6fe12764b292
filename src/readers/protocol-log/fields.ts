/** A line of a log of Exchange, whose fields are parted by commas; a field with a comma stands in quotes. */
export const fieldsIn = (line: string): string[] => {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (const sign of line) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (sign === ',' && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
};

/** Where each field stands, by `#Fields: date-time,connector-id,…`; names in lower case. Null for every other line. */
export const fieldNamesIn = (line: string): ReadonlyMap<string, number> | null => {
  const named = /^#Fields:\s*(.+)$/i.exec(line.slice(0, 4000))?.[1];
  return named ? new Map(named.split(',').map((name, at) => [name.trim().toLowerCase(), at])) : null;
};

/** Exchange writes these logs in UTC. */
export const utcIn = (text: string | undefined): string | null => {
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text ?? '')
    ? Date.parse(text as string)
    : Number.NaN;
  return Number.isNaN(moment) ? null : new Date(moment).toISOString();
};
