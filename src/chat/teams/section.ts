import { evenRows, rowInWords, tableWith } from '../../view/table-text.js';
import type { CommandBlock, Line, Section, Table } from '../../view/view.js';
import { type Extent, holds } from '../arrange.js';
import { clean, cutTo, oneLine } from '../clean.js';
import { type CardElement, type CodeBlock, type Container, folded, richText } from './card.js';
import { heading } from './heading.js';
import { toned } from './tone.js';

/** Longer labels are cut by Teams itself, wherever it likes. */
const LABEL_MAX = 60;
/** More columns than this are too narrow to read on a phone, more rows too many to look at in a chat. */
const TABLE = { columns: 4, rows: 20 };

/** A section of a card; details are folded whole, under a button of their own. Null where nothing of it is to be shown. */
export const drawSection = (section: Section, extent: Extent, index: number): CardElement[] | null => {
  const title = oneLine(section.title).trim();
  const head = title === '' ? [] : [heading(toned(section.tone, title), 'Default')];
  if (section.detail) {
    const label = title || 'more';
    const body = bodyOf(section, extent, null);
    // What a button has no room for is said in full under it.
    const items = label.length > LABEL_MAX ? [...head, ...body] : body;
    if (body.length > 0) return folded(`d${index}`, `Details: ${cutTo(label, LABEL_MAX)}`, opens(label), items);
  }
  const items = [...head, ...bodyOf(section, extent, section.tone === 'plain' ? null : `e${index}`)];
  if (items.length === 0) return null;
  // The box of the verdict sets the first apart.
  const apart = section.tone === 'plain' || index === 0 ? {} : { separator: true as const };
  return [{ type: 'Container', ...apart, spacing: 'Medium', items }];
};

/** @param evidence id of the place into which quotations are folded; null where they stand in the open. */
const bodyOf = (section: Section, extent: Extent, evidence: string | null): CardElement[] => [
  ...(holds(extent, 'lines') ? linesOf(section, evidence) : []),
  ...(section.table && holds(extent, 'table') ? tableOf(tableWith(oneLine, section.table)) : []),
  ...(holds(extent, 'all') ? section.commands.flatMap(commands) : []),
];

const linesOf = ({ title, lines }: Section, evidence: string | null): CardElement[] => {
  if (evidence === null) return drawn(lines);
  const quotes = drawn(lines.filter(line => line.is === 'quote'));
  const words = drawn(lines.filter(line => line.is === 'text'));
  if (quotes.length === 0) return words;
  const count = quotes.length === 1 ? '1 line' : `${quotes.length} lines`;
  return [...words, ...folded(evidence, `Evidence: ${count}`, opens(`the evidence for: ${oneLine(title)}`), quotes)];
};

const opens = (what: string): string => cutTo(`Shows or hides ${what}`, 200);

/** Each line a block of its own: what a line break within one does is not the same in every client. */
const drawn = (lines: readonly Line[]): CardElement[] =>
  lines.flatMap(({ is, text }) =>
    (is === 'quote' ? [oneLine(text)] : clean(text).split('\n'))
      .filter(words => words.trim() !== '')
      .map(words => richText(words, is === 'quote' ? { fontType: 'Monospace', size: 'Small' } : {}, 'Small')),
  );

const commands = ({ label, lines, note, other }: CommandBlock): CardElement[] => [
  ...(label.trim() === '' ? [] : [richText(`${oneLine(label)}${/[.?!:]\s*$/.test(label) ? '' : ':'}`)]),
  ...lines.filter(line => line !== '').map(line => command(line, other ? 'PlainText' : 'PowerShell')),
  ...(note === null || note.trim() === '' ? [] : [richText(oneLine(note), { italic: true }, 'Small')]),
];

/** One line each, so that each can be copied by itself. Clients without code blocks show the same bytes in code letters. */
const command = (line: string, language: CodeBlock['language']): CodeBlock =>
  codeBlock(line, { type: 'Container', style: 'emphasis', items: [code(line)] }, language);
const code = (line: string): CardElement => richText(line, { fontType: 'Monospace', size: 'Small' });

export const codeBlock = (
  codeSnippet: string,
  fallback: Container,
  language: CodeBlock['language'] = 'PowerShell',
): CodeBlock => ({
  type: 'CodeBlock',
  codeSnippet,
  language,
  fallback,
});

/** A table with a head where it can be read on a phone, else its rows in words. */
const tableOf = (table: Table): CardElement[] => {
  const caption = table.caption.trim() === '' ? [] : [richText(`${table.caption}:`)];
  const rows = evenRows(table);
  if (table.columns.length > TABLE.columns || rows.length > TABLE.rows) {
    const items = rows.map(row => rowInWords(table.columns, row));
    return [...caption, ...items.map(({ about, says }) => pair(about, `: ${says}`))];
  }
  return [
    ...caption,
    {
      type: 'Table',
      columns: table.columns.map((column, index) => ({
        width: weightOf([column, ...rows.map(row => row[index] ?? '')]),
      })),
      rows: [
        rowOf(table.columns.map(column => richText(column, { weight: 'Bolder', size: 'Small' }))),
        ...rows.map(row => rowOf(row.map(cell => richText(cell, { size: 'Small' })))),
      ],
    },
  ];
};

/** A column is as wide as its longest word asks, so that a phone breaks none that another column has room for. */
const weightOf = (cells: readonly string[]): number =>
  Math.min(16, Math.max(4, ...cells.flatMap(cell => cell.split(/[\s-]+/)).map(word => word.length)));

const rowOf = (cells: CardElement[]) => ({
  type: 'TableRow' as const,
  cells: cells.map(item => ({ type: 'TableCell' as const, items: [item] })),
});

const pair = (bold: string, rest: string): CardElement => ({
  ...richText(bold, {}, 'Small'),
  inlines: [...richText(bold, { weight: 'Bolder' }).inlines, ...richText(rest).inlines],
});
