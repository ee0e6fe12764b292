/** One event as an Exchange server logged it, whatever it was exported as. */
export type EventRecord = {
  provider: string | null;
  id: number;
  server: string | null;
  /** In the language of that server; blanks as a console left them. */
  message: string;
  /** What the server filled into the message, in its order; empty where the export does not have it. */
  data: readonly string[];
  /** In UTC where `utc`; else as it was shown, in whatever form and zone. */
  time: string | null;
  utc: boolean;
  line: number | null;
};

/** A moment that says its zone, in UTC: ISO 8601 with one, or what ConvertTo-Json of Windows writes. Everything else stays as it is. */
export const timeIn = (text: string | undefined): Pick<EventRecord, 'time' | 'utc'> => {
  const words = text?.replaceAll(DIRECTIONS, '').trim().slice(0, 60) ?? '';
  if (words === '') return { time: null, utc: false };
  const ticks = /^\/Date\((-?\d{1,14})(?:[+-]\d{4})?\)\/$/.exec(words)?.[1];
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(words);
  const moment = ticks
    ? Number(ticks)
    : iso
      ? Date.parse(`${iso[1]}${(iso[2] ?? '').slice(0, 4)}${iso[3]}`)
      : Number.NaN;
  return Math.abs(moment) < 8.64e15 ? { time: new Date(moment).toISOString(), utc: true } : { time: words, utc: false };
};
/** Windows writes them into dates, and nobody sees them. */
const DIRECTIONS = /[\u200e\u200f]/g;
