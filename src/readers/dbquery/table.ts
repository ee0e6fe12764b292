/** A row of `tbl_exsubscription`: the id that stands in the address of notifications, the last one in UTC, and whose it is. */
export type Row = { id: string; at: number; user: string | null };

/** Where the columns of interest stand, as the rule of dashes under the names tells. */
export type Columns = { id: Span; at: Span; user: Span | null };
type Span = readonly [from: number, to: number];

/** From the line with the names and the one with the dashes under it; null where they are of another table. */
export const columnsOf = (names: string, dashes: string): Columns | null => {
  const spans = spansOf(dashes);
  const named = (name: string): Span | null =>
    spans.find(([from, to]) => names.slice(from, to).trim().toLowerCase() === name) ?? null;
  const [id, at] = [named('subscriptionid'), named('timestamputc')];
  return id && at ? { id, at, user: named('subscriberexternalservicemapobjectid') } : null;
};

const spansOf = (dashes: string): Span[] => {
  const spans: Span[] = [];
  for (let from = dashes.indexOf('-'); from !== -1; ) {
    let to = from;
    while (dashes.charCodeAt(to) === DASH) to++;
    spans.push([from, to]);
    from = dashes.indexOf('-', to);
  }
  return spans;
};
const DASH = 0x2d;

/** `unreadable` where something stands in the place of the id, and no time in that of the time. */
export const rowOf = (line: string, { id, at, user }: Columns): Row | 'unreadable' | null => {
  const key = line.slice(...id).trim();
  if (!/^[0-9A-Fa-f-]{8,64}$/.test(key)) return null;
  const time = utcOf(line.slice(...at).trim());
  if (time === null) return 'unreadable';
  const owner = user ? line.slice(...user).trim() : '';
  return { id: key, at: time, user: /^[0-9A-Fa-f-]{8,64}$/.test(owner) ? owner : null };
};

/** `2014-06-29 16:00:45.775000`. */
export const utcOf = (words: string): number | null => {
  const found = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/.exec(words);
  if (!found) return null;
  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  return new Date(at).getUTCDate() === day && hour < 24 && minute < 60 ? at : null;
};

/**
 * When the table was asked for, where a line beside it says so in UTC: a remark (`queried at 2014-06-29 16:03:00 UTC`), or the clock of
 * the machine (`Current time in UTC is : Sun Jun 29 16:03:00 UTC 2014`, of `utils ntp status`).
 */
export const statedTime = (line: string): number | null => {
  if (line.length > 400) return null;
  const plain = /(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d{1,9})? ?(?:UTC|GMT|Z)\b/.exec(line);
  if (plain) return utcOf(`${plain[1]} ${plain[2]}`);
  const clock = /\b([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (?:UTC|GMT) (\d{4})\b/.exec(line);
  if (!clock) return null;
  const month = MONTHS.indexOf(clock[1] ?? '') + 1;
  if (month === 0) return null;
  return utcOf(`${clock[4]}-${String(month).padStart(2, '0')}-${(clock[2] ?? '').padStart(2, '0')} ${clock[3]}`);
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
