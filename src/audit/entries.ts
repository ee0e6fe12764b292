import { type AuditEntry, type AuditHead, AuditLink, AuditRecord } from '../domain/audit.js';
import type { AuditLog } from '../intake/ports.js';

const PAGE = 500;

/** An entry as people read it; null where it is none, or of a kind that a later version writes. */
export const entryOf = (line: string): AuditEntry | null => {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return null;
  }
  const link = AuditLink.safeParse(raw).data;
  const record = AuditRecord.safeParse(raw).data;
  return link && record ? { seq: link.seq, at: link.at, ...record } : null;
};

/** Newest first, back to that time, at most so many; `more` where older ones of that time were left out. */
export const entriesSince = async (
  log: AuditLog,
  fromMs: number,
  most: number,
  only?: AuditEntry['is'],
): Promise<{ entries: AuditEntry[]; more: boolean }> => {
  const entries: AuditEntry[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  while (true) {
    const page = (await log.newest(before, PAGE)).map(line => ({ line, entry: entryOf(line) }));
    for (const { entry } of page) {
      if (!entry || Date.parse(entry.at) < fromMs) continue; // clocks are set back: one older entry does not end it
      if (only && entry.is !== only) continue;
      if (entries.length === most) return { entries, more: true };
      entries.push(entry);
    }
    const read = page.flatMap(({ entry }) => entry ?? []);
    const oldest = read.at(-1);
    if (page.length < PAGE || !oldest || read.every(({ at }) => Date.parse(at) < fromMs))
      return { entries, more: false };
    before = oldest.seq;
  }
};

/** All lines that are kept, oldest first, as they were written. */
export async function* allLines(log: AuditLog, until?: AuditHead): AsyncGenerator<string> {
  const { first, head } = await log.state();
  const end = (until ?? head).seq;
  // By number and not by count: where some are missing, those behind them are still told, and told once.
  for (let from = first; from > 0 && from <= end; from += PAGE)
    for (const line of await log.lines(from, PAGE)) {
      const seq = seqOf(line);
      if (seq !== null && (seq >= from + PAGE || seq > end)) break;
      yield line;
    }
}

const seqOf = (line: string): number | null => {
  const found = /^\{"seq":(\d+),/.exec(line)?.[1];
  return found === undefined ? null : Number(found);
};
