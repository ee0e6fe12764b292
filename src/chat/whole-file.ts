import { withoutCode } from '../view/code-words.js';
import { alignedRows, evenRows, rowInWords, tableWith } from '../view/table-text.js';
import type { Attachment, Section, Table, View } from '../view/view.js';
import { clean, cutTo, oneLine } from './clean.js';
import { inWords } from './tone-words.js';

const TABLE_WIDTH = 120;

/** The whole answer as text, details and all: one place that holds everything. Commands stand on lines of their own, unindented. */
export const fileOf = (view: View): Attachment => ({
  name: `${
    view.file
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'uccx-answer'
  }.txt`,
  content: `${[
    inWords(view.tone, oneLine(withoutCode(view, view.headline))),
    ...view.sections.map(sectionText),
    ...(view.picture ? [`Picture: ${oneLine(view.picture.alt)}`] : []),
    oneLine(view.footer),
  ]
    .filter(part => part !== '')
    .join('\n\n')}\n`,
});

/**
 * Whether what is left out is worth a file. While a check runs it never is: the next edit would bring another. Details that a person
 * may ask for (`onDemand`) are none either.
 */
export const needsFile = (view: View, away: readonly Section[], isCut: boolean): boolean =>
  view.tone !== 'running' && (isCut || away.some(({ detail }) => !detail || view.onDemand === undefined));

/** How to get what is left out, where no file holds it; empty where there is nothing to say. */
export const onDemandNote = (view: View, away: readonly Section[]): string[] =>
  away.length > 0 && view.tone !== 'running'
    ? [cutTo(oneLine(view.onDemand ?? '').trim(), 500)].filter(words => words !== '')
    : [];

/** The titles of what is in the file alone, as many as a note has room for; empty where none has a title. */
export const namesOf = (away: readonly Section[]): string => {
  const titles = away.map(({ title }) => cutTo(oneLine(title).trim(), 80)).filter(Boolean);
  return titles.slice(0, 4).join('; ') + (titles.length > 4 ? `; and ${titles.length - 4} more` : '');
};

const sectionText = ({ tone, title, lines, table, commands }: Section): string =>
  [
    ...(title.trim() === '' ? [] : [`== ${inWords(tone, oneLine(title))} ==`]),
    ...lines.map(line => (line.is === 'quote' ? `> ${oneLine(line.text)}` : clean(line.text))),
    ...(table ? tableText(tableWith(oneLine, table)) : []),
    ...commands.flatMap(({ label, lines, note }) => [
      '',
      `# ${oneLine(label)}`,
      ...lines,
      ...(note === null ? [] : [`# ${oneLine(note)}`]),
    ]),
  ].join('\n');

const tableText = (table: Table): string[] => [
  '',
  ...(table.caption.trim() === '' ? [] : [`${table.caption}:`]),
  ...(alignedRows(table, TABLE_WIDTH) ??
    evenRows(table).map(row => {
      const { about, says } = rowInWords(table.columns, row);
      return `- ${about}: ${says}`;
    })),
];
