import type { Figures } from './figures.js';
import type { Figure } from './summary.js';

/** One line of the table: what was measured, and what it should be. */
export type Row = {
  says: string;
  figures: Figures;
  errors: number;
  target: { of: 'median' | 'p99'; ms: number } | null;
};
/** What a part of the bench brings: lines of the table, and sentences under it. */
export type Outcome = {
  rows: Row[];
  /** For the table of everything, where they are no times of a row. */
  figures?: Figure[];
  notes: string[];
  /** A target was missed that is no row's. */
  missed?: boolean;
};

/** Met where nothing failed and the figure is within its target; null where there is none. */
export const isMet = ({ figures, errors, target }: Row): boolean | null =>
  target && errors === 0 && figures[target.of] <= target.ms;

const HEAD = ['milliseconds', 'times', 'median', 'p95', 'p99', 'p99.9', 'max', 'errors', 'target', 'met'];
/** Below so many times the figure would be the maximum by another name. */
const ENOUGH = { p99: 100, p999: 1_000 };

/** The table as Markdown, which a terminal shows as well. */
export const tableOf = (rows: readonly Row[]): string => {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(HEAD), rule, ...cells.slice(1).map(line)].join('\n');
};

const cellsOf = (row: Row): string[] => {
  const { says, figures, errors, target } = row;
  const met = isMet(row);
  return [
    says,
    String(figures.count),
    shown(figures.median),
    shown(figures.p95),
    figures.count < ENOUGH.p99 ? '–' : shown(figures.p99),
    figures.count < ENOUGH.p999 ? '–' : shown(figures.p999),
    shown(figures.max),
    String(errors),
    target ? `${target.of} ≤ ${target.ms}` : '–',
    met === null ? '–' : met ? 'yes' : 'NO',
  ];
};

const shown = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
