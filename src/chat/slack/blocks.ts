import type { types } from '@slack/bolt';
import { spansOf } from '../../view/code-words.js';
import { alignedRows, evenRows, rowInWords, tableWith } from '../../view/table-text.js';
import type { Action, CommandBlock, Line, Section, Table, Tone, View } from '../../view/view.js';
import { type Extent, holds } from '../arrange.js';
import { clean, oneLine } from '../clean.js';
import { inWords } from '../tone-words.js';
import { emojiOf } from './tone.js';

type RichText = types.RichTextBlock;
type Element = types.RichTextBlockElement;
type Words = types.RichTextElement;
export type SlackBlock = RichText | types.ContextBlock | types.ActionsBlock;

/**
 * Rich text is a tree, not a markup: what stands in a text element is shown as it is, so no word of ours or of a server can become
 * a mention, a link or formatting, and a copied command is the line that we sent, byte for byte.
 */
export const headingBlock = (view: Pick<View, 'tone' | 'coded'>, words: string): RichText => ({
  type: 'rich_text',
  elements: [
    section(
      ...sign(view.tone),
      ...spansOf(view, inWords(view.tone, words)).map(({ text: piece, isCode }) =>
        text(piece, { bold: true, ...(isCode ? { code: true } : {}) }),
      ),
    ),
  ],
});

/** Null where nothing of it is to be shown: Slack refuses an empty block. */
export const sectionBlock = (part: Section, extent: Extent): RichText | null => {
  const title = oneLine(part.title).trim();
  const elements: Element[] = [
    ...(title === '' ? [] : [section(...sign(part.tone), text(inWords(part.tone, title), { bold: true }))]),
    ...(holds(extent, 'lines') ? lines(part.lines) : []),
    ...(part.table && holds(extent, 'table') ? table(tableWith(oneLine, part.table)) : []),
    ...(holds(extent, 'all') ? part.commands.flatMap(commands) : []),
  ];
  return elements.length === 0 ? null : { type: 'rich_text', elements };
};

/** Small print. Plain text, not mrkdwn. */
export const footerBlock = (words: string): types.ContextBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: words, emoji: false }],
});

/** Buttons must leave room for what they are about; ours take a tenth of this. */
const BUTTONS_MAX = 4_000;
/** A menu has two lines at least and five at most: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
const MENU = { least: 2, most: 5, value: 150 };

/** Null where there is nothing to click. What a button or a line of the menu says comes back, and is then a question like any other. */
export const actionsBlock = (actions: readonly Action[]): types.ActionsBlock | null => {
  const rare = actions.filter(action => action.rare && action.command.length <= MENU.value).slice(0, MENU.most);
  const inMenu = rare.length < MENU.least ? [] : rare;
  const elements: (types.Button | types.Overflow)[] = [
    ...actions.filter(action => !inMenu.includes(action)).map(buttonOf),
    ...(inMenu.length > 0 ? [menuOf(inMenu)] : []),
  ];
  let bytes = 0;
  const fitting = elements.filter(element => {
    bytes += Buffer.byteLength(JSON.stringify(element));
    return bytes <= BUTTONS_MAX;
  });
  return fitting.length === 0 ? null : { type: 'actions', elements: fitting };
};

const buttonOf = ({ id, label, command }: Action): types.Button => ({
  type: 'button',
  text: labelOf(label),
  action_id: id,
  value: command,
});

const menuOf = (actions: readonly Action[]): types.Overflow => ({
  type: 'overflow',
  action_id: `menu-${actions[0]?.id}`,
  options: actions.map(({ label, command }) => ({ text: labelOf(label), value: command })),
});

const labelOf = (label: string) =>
  ({ type: 'plain_text', text: oneLine(label).trim() || 'Go on', emoji: false }) as const;

const lines = (all: readonly Line[]): Element[] =>
  grouped(all).map(({ is, words }) =>
    is === 'text' ? section(text(words.join('\n'))) : { type: 'rich_text_quote', elements: words.flatMap(quoted) },
  );

/** Each line by itself: a code element that runs over a line break is drawn differently by each of Slack's clients. */
const quoted = (words: string, index: number): Words[] => [
  ...(index === 0 ? [] : [text('\n')]),
  text(words, { code: true }),
];

/** Neighbours of one kind become one element: closer together on the page, and fewer of them. */
const grouped = (all: readonly Line[]): { is: Line['is']; words: string[] }[] => {
  const groups: { is: Line['is']; words: string[] }[] = [];
  for (const line of all) {
    const words = line.is === 'quote' ? oneLine(line.text) : clean(line.text);
    if (words.trim() === '') continue;
    const last = groups.at(-1);
    if (last?.is === line.is) last.words.push(words);
    else groups.push({ is: line.is, words: [words] });
  }
  return groups;
};

/** Wider than this, a client on a phone would break every row. */
const TABLE_WIDTH = 64;

/**
 * Rows line up in code letters, which are no command: those stand in preformatted elements and nothing else does. Slack's own table
 * stands below the whole message wherever it is put, so it cannot stand between words.
 */
const table = (given: Table): Element[] => {
  const caption = given.caption.trim() === '' ? [] : [section(text(`${given.caption}:`))];
  const aligned = alignedRows(given, TABLE_WIDTH, '\u00A0');
  if (aligned) return [...caption, section(...aligned.flatMap(quoted))];
  const items = evenRows(given).map(row => {
    const { about, says } = rowInWords(given.columns, row);
    return section(text(about, { bold: true }), text(`: ${says}`));
  });
  return items.length === 0 ? caption : [...caption, { type: 'rich_text_list', style: 'bullet', elements: items }];
};

const commands = ({ label, lines, note }: CommandBlock): Element[] => {
  const pasted = lines.join('\n');
  return [
    ...(label.trim() === '' ? [] : [section(text(`${oneLine(label)}:`))]),
    ...(pasted === '' ? [] : [{ type: 'rich_text_preformatted' as const, elements: [text(pasted)] }]),
    ...(note === null || note.trim() === '' ? [] : [section(text(oneLine(note), { italic: true }))]),
  ];
};

const sign = (tone: Tone): Words[] => {
  const name = emojiOf(tone);
  return name === null ? [] : [{ type: 'emoji', name }, text(' ')];
};

const section = (...elements: Words[]): types.RichTextSection => ({ type: 'rich_text_section', elements });

const text = (words: string, style?: types.RichTextText['style']): types.RichTextText => ({
  type: 'text',
  text: words,
  ...(style ? { style } : {}),
});
