import { withoutCode } from '../view/code-words.js';
import { alignedRows, evenRows, rowInWords, tableWith } from '../view/table-text.js';
import type { Action, CommandBlock, Line, Picture, Section, Table, Tone, View } from '../view/view.js';

export type TextWishes = {
  /** Columns at which sentences break. Commands never break. */
  width: number;
  color: boolean;
  /** Also what may be folded away: what is healthy, the conversations. */
  details: boolean;
};

/** Shapes that tell tones apart without colour; the words stand in the titles. */
const MARK: Record<Tone, string> = {
  healthy: '[+] ',
  critical: '[X] ',
  warning: '[!] ',
  notice: '[i] ',
  unknown: '[?] ',
  running: '[.] ',
  plain: '',
};
const SGR: Record<Tone, string> = {
  healthy: '32;1',
  critical: '31;1',
  warning: '33;1',
  notice: '36;1',
  unknown: '35;1',
  running: '34;1',
  plain: '1',
};

/** What to type next: neither what is wanted now and then, nor what is asked by a form. */
const isNext = ({ rare, form }: Action): boolean => !rare && !form;

/**
 * A view as text for terminals, logs and files: the verdict first, quotations marked, each command whole on a line of its own.
 * Nothing in it can move a cursor, whatever a server said.
 */
export const renderText = (view: View, { width, color, details }: TextWishes): string => {
  const shown = view.sections.filter(section => details || !section.detail);
  const hidden = view.sections.length - shown.length;
  const paint = (tone: Tone, words: string) => (color ? `\u001b[${SGR[tone]}m${words}\u001b[0m` : words);
  return `${[
    title(view.tone, withoutCode(view, view.headline)),
    ...shown.map(section => sectionText(section)),
    ...(hidden > 0
      ? [wrap(`${hidden} more ${hidden === 1 ? 'section' : 'sections'} of details left out.`, width)]
      : []),
    ...(view.picture ? [pictureText(view.picture)] : []),
    ...(view.attachment ? [wrap(`File: ${visible(view.attachment.name)}`, width)] : []),
    ...(view.actions ?? [])
      .filter(isNext)
      .map(({ label, command }) => wrap(`Next: ${visible(label)}: ${visible(command)}`, width)),
    wrap(visible(view.footer), width),
  ]
    .filter(part => part !== '')
    .join('\n\n')}\n`;

  function title(tone: Tone, words: string): string {
    const lines = wrap(`${MARK[tone]}${visible(words)}`, width, ' '.repeat(MARK[tone].length));
    return lines
      .split('\n')
      .map(each => paint(tone, each))
      .join('\n');
  }

  function sectionText({ tone, title: words, lines, table, commands }: Section): string {
    const top = words === '' ? [] : [title(tone, words)];
    const rows = table ? [tableText(tableWith(visible, table))] : [];
    return [...top, ...lines.map(lineText), ...rows, ...commands.map(commandText)].join('\n');
  }

  function lineText({ is, text }: Line): string {
    return is === 'quote' ? wrap(`  > ${visible(text)}`, width, '  > ') : wrap(`  ${visible(text)}`, width, '  ');
  }

  /** In letters, where they fit; what it shows stands in the words too. */
  function pictureText({ spark, alt }: Picture): string {
    const lines = spark.map(each => `  ${visible(each)}`.trimEnd());
    return lines.every(each => each.length <= width) ? lines.join('\n') : wrap(visible(alt), width);
  }

  /** Lined up where that fits, else row by row in words. */
  function tableText(table: Table): string {
    const caption = table.caption === '' ? [] : [wrap(`  ${table.caption}:`, width, '  ')];
    const lined = alignedRows(table, width - 4)?.map(row => `    ${row}`.trimEnd());
    const worded = () =>
      evenRows(table).map(row => {
        const { about, says } = rowInWords(table.columns, row);
        return wrap(`    ${about}: ${says}`, width, '      ');
      });
    return [...caption, ...(lined ?? worded())].join('\n');
  }

  function commandText({ label, lines, note }: CommandBlock): string {
    const below = note === null ? [] : [wrap(`  ${visible(note)}`, width, '  ')];
    return [
      wrap(`  ${visible(label)}${/[.?!:]$/.test(label) ? '' : ':'}`, width, '  '),
      ...lines.map(each => `    ${visible(each)}`),
      ...below,
    ].join('\n');
  }
};

/** Everything that a terminal would obey instead of showing: control characters, line separators, changes of writing direction. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
export const visible = (words: string): string =>
  words.replace(OBEYED, char => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** Breaks between words only; a word that is longer than the line (a URL) stays whole. `indent` begins the further lines. */
const wrap = (words: string, width: number, indent = ''): string => {
  const lines: string[] = [];
  let current = /^ */.exec(words)?.[0] ?? '';
  let isEmpty = true;
  for (const word of words.slice(current.length).split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}${word}`;
    } else {
      current += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, current].join('\n');
};
