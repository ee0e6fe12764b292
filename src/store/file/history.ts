import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConfiguredTarget } from '../../domain/configured-target.js';
import { StoreDownError } from '../../domain/errors.js';
import { rowOf } from '../../domain/history-row.js';
import type { TargetId } from '../../domain/ids.js';
import { Report } from '../../domain/report.js';
import { accountOf } from '../../domain/target.js';
import type { History } from '../../intake/ports.js';
import { daysBetween, pageOf, rowsIn, withRow } from '../history-pages.js';
import { LIMITS, type Limits } from '../store.js';
import { changeShared } from './shared-state.js';

export type FileHistory = {
  folder: string;
  say: (line: string) => void;
  /** The targets of the configuration: two configurations of one user may give one name to two of them. */
  targets?: readonly ConfiguredTarget[];
};

/** Of whole reports the newest alone: without Redis nobody asks for another. */
const Kept = z.object({
  schema: z.literal(1),
  report: z.unknown(),
  pages: z.record(z.iso.date(), z.string()),
  /** Whose it is. Who finds none, as older versions wrote it, takes it for their own. */
  of: z.string().optional(),
});
type Kept = z.infer<typeof Kept>;

/**
 * History of one target in one small file of this user (some hundred kilobytes with a check every five minutes), so that `check` out
 * of cron has one without Redis. What cannot be read or written is a `StoreDownError`.
 */
export const fileHistory = ({ folder, say, targets = [] }: FileHistory, limits: Partial<Limits> = {}): History => {
  const keep = { ...LIMITS, ...limits };
  return {
    put: (report, of) =>
      change(report.target, before => {
        const pages = new Map(Object.entries(before?.pages ?? {}).map(([day, page]) => [day, readable(page)]));
        const after = withRow(pages, rowOf(report, of), keep);
        const last = before === null ? null : newestOf(before);
        const isOlder = last !== null && last.run !== report.run && last.finishedAt > report.finishedAt;
        const next: Kept = {
          schema: 1,
          report: isOlder ? before?.report : report,
          pages: Object.fromEntries([...after].map(([day, rows]) => [day, pageOf(rows)])),
          of: whoseIs(report.target) ?? before?.of,
        };
        return { next, give: undefined };
      }),
    last: target =>
      change(target, kept => {
        const report = kept === null ? null : newestOf(kept);
        if (kept && !report) say(`the last report of ${target} could not be read and was left out`);
        return { next: null, give: report };
      }),
    rows: (target, from, until) =>
      change(target, kept => ({
        next: null,
        give: daysBetween(from, until)
          .flatMap(day => readable(kept?.pages[day] ?? ''))
          .filter(row => row.until >= from && row.at < until),
      })),
  };

  async function change<Given>(
    target: TargetId,
    how: (kept: Kept | null) => { next: Kept | null; give: Given },
  ): Promise<Given> {
    const mine = whoseIs(target);
    const path = join(folder, `history-${target}`);
    const parse = (text: string) => Kept.parse(JSON.parse(text));
    try {
      const given = await changeShared<Kept, Given | typeof ANOTHER>(path, parse, kept =>
        mine !== undefined && kept?.of !== undefined && kept.of !== mine ? { next: null, give: ANOTHER } : how(kept),
      );
      return given === ANOTHER ? await changeShared(`${path}.of-${mine}`, parse, how) : given;
    } catch (cause) {
      throw new StoreDownError(`the history of ${target} in ${folder} cannot be used`, { folder }, { cause });
    }
  }

  function whoseIs(id: TargetId): string | undefined {
    const target = targets.find(each => each.id === id);
    return target && createHash('sha256').update(systemOf(target)).digest('hex').slice(0, 16);
  }

  function readable(page: string) {
    const { rows, lost } = rowsIn(page);
    if (lost > 0) say(`${lost} rows of history could not be read and were left out`);
    return rows;
  }
};

const ANOTHER = Symbol('of another target');

/** What a target is, whatever its name: the account where agents log in, or the node of Unity Connection. */
const systemOf = (target: ConfiguredTarget): string =>
  (target.kind === 'uccx-mail' ? `${accountOf(target)} at ${target.imap.host}` : target.cuc.host).toLowerCase();

const newestOf = ({ report }: Kept): Report | null => Report.safeParse(report).data ?? null;
