import type { HistoryRow } from './history-row.js';

/** The smallest value that half, and 95 of 100, do not exceed; null where there is none. */
export const percentiles = (
  taken: readonly HistoryRow['logins'][],
): { count: number; p50: number; p95: number } | null => {
  const times = new Map<number, number>();
  let count = 0;
  for (const logins of taken)
    for (const [ms, many] of logins) {
      times.set(ms, (times.get(ms) ?? 0) + many);
      count += many;
    }
  if (count === 0) return null;
  const inOrder = [...times].sort(([a], [b]) => a - b);
  return { count, p50: atRank(Math.ceil(count * 0.5)), p95: atRank(Math.ceil(count * 0.95)) };

  function atRank(rank: number): number {
    let passed = 0;
    for (const [ms, many] of inOrder) {
      passed += many;
      if (passed >= rank) return ms;
    }
    return inOrder.at(-1)?.[0] ?? 0;
  }
};
