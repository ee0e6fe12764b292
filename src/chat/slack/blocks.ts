import type { types } from '@slack/bolt';
import type { Action, CommandBlock, Line, Section, Tone } from '../../view/view.js';
import { clean, oneLine } from './clean.js';
import { emojiOf, inWords } from './tone.js';

type RichText = types.RichTextBlock;
type Element = types.RichTextBlockElement;
type Words = types.RichTextElement;
export type SlackBlock = RichText | types.ContextBlock | types.ActionsBlock;

/**
 * Rich text is a tree, not a markup: what stands in a text element is shown as it is, so no word of ours or of a server can become
 * a mention, a link or formatting, and a copied command is the line that we sent, byte for byte.
 */
export const headingBlock = (tone: Tone, words: string): RichText => ({
  type: 'rich_text',
  elements: [section(...sign(tone), text(inWords(tone, words), { bold: true }))],
});

/** How much of a section is shown; whatever is not shown is in the file, whole. */
export type Extent = 'title' | 'lines' | 'all';

/** Null where nothing of it is to be shown: Slack refuses an empty block. */
export const sectionBlock = (part: Section, extent: Extent): RichText | null => {
  const title = oneLine(part.title).trim();
  const elements: Element[] = [
    ...(title === '' ? [] : [section(...sign(part.tone), text(inWords(part.tone, title), { bold: true }))]),
    ...(extent === 'title' ? [] : lines(part.lines)),
    ...(extent === 'all' ? part.commands.flatMap(commands) : []),
  ];
  return elements.length === 0 ? null : { type: 'rich_text', elements };
};

/** Small print. Plain text, not mrkdwn. */
export const footerBlock = (words: string): types.ContextBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: words, emoji: false }],
});

/** Null where there is nothing to click. What a button says comes back as `value`, and is then a question like any other. */
export const actionsBlock = (actions: readonly Action[]): types.ActionsBlock | null =>
  actions.length === 0
    ? null
    : {
        type: 'actions',
        elements: actions.map(({ id, label, command }) => ({
          type: 'button',
          text: { type: 'plain_text', text: oneLine(label), emoji: false },
          action_id: id,
          value: command,
        })),
      };

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
