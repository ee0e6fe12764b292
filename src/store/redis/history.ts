import { rowOf } from '../../domain/history-row.js';
import type { TargetId } from '../../domain/ids.js';
import { stateOf } from '../../domain/report.js';
import type { History } from '../../intake/ports.js';
import { aged, dayOf, daysBetween, dueOf, lineOf, pageOf, rowsIn } from '../history-pages.js';
import type { Limits } from '../store.js';
import { NTH_NEWEST, PUT, SWAP } from './history-scripts.js';
import { packed, unpacked } from './packed-report.js';
import { reach, type Shelf } from './reach.js';

/** Written in one step and read in one step, so nobody ever sees half of it; what is pruned with a put is bounded. */
export const redisHistory = ({ redis, prefix, say, seal }: Shelf, limits: Limits): History => {
  const key = (target: TargetId, part: string) => `${prefix}history:${target}:${part}`;
  const keys = (target: TargetId, ...parts: string[]) => parts.map(part => key(target, part));
  return {
    put: async (report, of, looked) => {
      const { target, run } = report;
      const finished = Date.parse(report.finishedAt);
      const day = dayOf(finished);
      const due = await reach('keeping a report', () =>
        PUT(redis, keys(target, 'order', 'reports', 'healthy', 'rows', 'due'), [
          run,
          finished,
          sealed(packed(report), placeOf(target, run)),
          // A question that is open at every look is no failure either.
          stateOf(report) === 'problem' ? 0 : 1,
          limits.historyMs,
          limits.healthyReportMs,
          limits.historyCount,
          day,
          lineOf(rowOf(report, of, looked)),
          dueOf(day, limits),
          limits.rowsPerDay,
          Math.max(limits.failureRowMs, limits.rowMs),
          dayOf(finished - DAY),
          dayOf(finished + DAY),
          limits.healthyReportCount,
        ]),
      );
      for (const [ripe, page] of due as [string, string][]) await age(target, ripe, page, finished);
    },
    last: async target => {
      for (let nth = 0; nth < limits.historyCount; nth++) {
        const found = await reach('reading the last report', () =>
          NTH_NEWEST(redis, keys(target, 'order', 'reports'), [nth]),
        );
        if (found === null) return null;
        const [run, text] = found as [string, string];
        const [report, line] = text.split('\n', 2);
        const isOurs = !seal || (await seal.fits(line ?? '', report ?? '', placeOf(target, run)));
        const read = isOurs ? unpacked(report ?? '') : null;
        if (read) return read;
        say(
          `the report of run ${run} on ${target} ${isOurs ? 'could not be read' : 'bears no signature of a bot'} and was left out`,
        );
      }
      return null;
    },
    rows: async (target, from, until) => {
      const days = daysBetween(from, until);
      if (days.length === 0) return [];
      const pages = await reach('reading history', () => redis.hmget(key(target, 'rows'), ...days));
      return pages.flatMap((page, index) =>
        page === null
          ? []
          : readable(target, days[index] ?? '', page).filter(row => row.until >= from && row.at < until),
      );
    },
  };

  /** Takes the place of the page that was read, unless somebody has changed it since; then the next put comes back to it. */
  async function age(target: TargetId, day: string, page: string, now: number): Promise<void> {
    const left = aged(readable(target, day, page), day, now, limits);
    await reach('thinning history', () =>
      SWAP(redis, keys(target, 'rows', 'due'), [day, page, left ? pageOf(left.rows) : '', left?.dueMs ?? 0]),
    );
  }

  function sealed(text: string, place: string): string {
    return seal ? `${text}\n${seal.under(text, place)}` : text;
  }

  function readable(target: TargetId, day: string, page: string) {
    const { rows, lost } = rowsIn(page);
    if (lost > 0) say(`${lost} rows of ${target} of ${day} could not be read and were left out`);
    return rows;
  }
};

/** One that is good for another target, or for another run, is not good here. */
const placeOf = (target: string, run: string): string => `${run}.${target}`;

const DAY = 86_400_000;
