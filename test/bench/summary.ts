import { isMet, type Outcome, type Row } from './row.js';

/** One line of the table of everything: ours, whoever was measured beside it, and what it should be. */
export type Figure = {
  says: string;
  ours: string;
  /** A rival in the same run, with its figure; null where nobody does the same. */
  beside: string | null;
  target: string | null;
  met: boolean | null;
};

const HEAD = ['measured', 'ours', 'beside it', 'target', 'met'];

/** Everything that was measured in one table, the rivals side by side with us. */
export const summaryOf = (outcomes: readonly Outcome[]): string => {
  const figures = outcomes.flatMap(({ rows, figures = [] }) => [...rows.map(figureOf), ...figures]);
  const cells = [HEAD, HEAD.map(() => '---'), ...figures.map(cellsOf)];
  return cells.map(row => `| ${row.join(' | ')} |`).join('\n');
};

const cellsOf = ({ says, ours, beside, target, met }: Figure): string[] => [
  says,
  ours,
  beside ?? '–',
  target ?? '–',
  met === null ? '–' : met ? 'yes' : 'NO',
];

const figureOf = (row: Row): Figure => {
  const { says, figures, errors, target } = row;
  const of = target?.of ?? 'median';
  const faults = errors > 0 ? `, ${errors} errors` : '';
  return {
    says,
    ours: `${of} ${figures[of] < 10 ? figures[of].toFixed(1) : figures[of].toFixed(0)} ms${faults}`,
    beside: null,
    target: target ? `${target.of} ≤ ${target.ms} ms` : null,
    met: isMet(row),
  };
};
