/** One packet as Wireshark lists it: what a person copies out of its window or its text export. */
export type Row = {
  /** Milliseconds, from the beginning of the capture or of 1970; only differences mean something, for no zone is named. */
  atMs: number;
  from: string;
  /** Null where the copy has lost the column. */
  to: string | null;
  protocol: string;
  info: string;
};

/** `No. Time Source Destination Protocol Length Info`, with blanks, tabs or the bars of a table between, and without No. where it was cut. */
export const rowIn = (line: string): Row | null => {
  const [, day, seconds, from = '', to, protocol = '', info = ''] = ROW.exec(line) ?? [];
  if (!from || /^[\d.:]+$/.test(protocol)) return null;
  const atMs = day ? Date.parse(`${day.replace(' ', 'T')}Z`) : Number(seconds) * 1000;
  return { atMs, from, to: to ?? null, protocol, info };
};

const BETWEEN = '[ \\t|]{1,40}';
/** Addresses and not names of hosts: a name could be any word of any table. */
const ADDRESS = '(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})';
const ROW = new RegExp(
  `^[ \\t|]{0,40}(?:\\d{1,10}${BETWEEN})?(?:(\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?)|(\\d{1,9}\\.\\d{1,9}))` +
    `${BETWEEN}(${ADDRESS})(?:${BETWEEN}(${ADDRESS}))?${BETWEEN}([A-Za-z][A-Za-z0-9/._-]{1,15})${BETWEEN}\\d{1,6}${BETWEEN}(\\S.{0,1000})`,
);
