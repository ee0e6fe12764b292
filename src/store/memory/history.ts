import { type HistoryRow, rowOf } from '../../domain/history-row.js';
import type { TargetId } from '../../domain/ids.js';
import { Report, stateOf } from '../../domain/report.js';
import type { History } from '../../intake/ports.js';
import { daysBetween, withRow } from '../history-pages.js';
import type { Limits } from '../store.js';

export const memoryHistory = (limits: Limits): History => {
  const { historyMs, healthyReportMs, historyCount, healthyReportCount } = limits;
  const kept = new Map<TargetId, Report[]>();
  const pages = new Map<TargetId, ReadonlyMap<string, HistoryRow[]>>();
  return {
    put: async (report, of, looked) => {
      const others = (kept.get(report.target) ?? []).filter(each => each.run !== report.run);
      // A copy: what is changed in the report later is not changed in history.
      const newestFirst = [...others, Report.parse(structuredClone(report))].sort((a, b) => finished(b) - finished(a));
      kept.set(report.target, pruned(newestFirst));
      pages.set(report.target, withRow(pages.get(report.target) ?? new Map(), rowOf(report, of, looked), limits));
    },
    last: async target => structuredClone(kept.get(target)?.[0] ?? null),
    rows: async (target, from, until) =>
      structuredClone(
        daysBetween(from, until)
          .flatMap(day => pages.get(target)?.get(day) ?? [])
          .filter(row => row.until >= from && row.at < until),
      ),
  };

  /** By age, then by count; those without a problem go first, and the newest never does. */
  function pruned(newestFirst: readonly Report[]): Report[] {
    const [newest, ...others] = newestFirst;
    if (!newest) return [];
    const young = others.filter(each => {
      const age = finished(newest) - finished(each);
      return age <= historyMs && (isFailure(each) || age <= healthyReportMs);
    });
    const failures = young.filter(isFailure).slice(0, historyCount - 1);
    const room = Math.min(historyCount - 1 - failures.length, healthyReportCount - (isFailure(newest) ? 0 : 1));
    const healthy = young.filter(each => !isFailure(each)).slice(0, Math.max(0, room));
    return [newest, ...young.filter(each => failures.includes(each) || healthy.includes(each))];
  }
};

const isFailure = (report: Report): boolean => stateOf(report) === 'problem';
const finished = (report: Report): number => Date.parse(report.finishedAt);
