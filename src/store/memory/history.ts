import type { TargetId } from '../../domain/ids.js';
import { Report } from '../../domain/report.js';
import type { History } from '../../intake/ports.js';
import type { Limits } from '../store.js';

export const memoryHistory = ({ historyMs, historyCount }: Limits): History => {
  const kept = new Map<TargetId, Report[]>();
  return {
    put: async report => {
      const others = (kept.get(report.target) ?? []).filter(each => each.run !== report.run);
      // A copy: what is changed in the report later is not changed in history.
      const newestFirst = [...others, Report.parse(structuredClone(report))].sort((a, b) => finished(b) - finished(a));
      const newest = newestFirst[0] ?? report;
      kept.set(
        report.target,
        newestFirst.filter(each => finished(each) >= finished(newest) - historyMs).slice(0, historyCount),
      );
    },
    last: async target => structuredClone(kept.get(target)?.[0] ?? null),
  };
};

const finished = (report: Report): number => Date.parse(report.finishedAt);
