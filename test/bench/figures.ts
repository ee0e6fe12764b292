/** What many times of one thing come to. Milliseconds; nearest rank, so each figure is a time that was measured. */
export type Figures = { count: number; median: number; p95: number; p99: number; p999: number; max: number };

export const figuresOf = (times: readonly number[]): Figures => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(1) };
};
