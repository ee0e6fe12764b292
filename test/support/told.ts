import type { View } from '../../src/view/view.js';
import { type Node, nodesIn } from './teams-card.js';

/** What a reader can take from a message: which findings and remedies its headings name, the lines to copy, the buttons. */
export type Told = { ids: string[]; commands: string[]; buttons: { label: string; asks: string }[] };

/** What the view says, before anybody has drawn it. */
export const toldOf = ({ sections, actions = [] }: View): Told => ({
  ids: sections.flatMap(({ title }) => idsIn(title)),
  commands: sections.flatMap(({ commands }) => commands.flatMap(({ lines }) => lines)),
  buttons: actions.map(({ label, command }) => ({ label, asks: command })),
});

/** What of `whole` is neither in the message nor, as a line of its own, in the file that goes with it; buttons are in the message. */
export const lacking = (whole: Told, message: Told, file: string | null = null): string[] => {
  const lines = new Set([...message.commands, ...(file ?? '').split('\n').map(line => line.trim())]);
  const ids = new Set([...message.ids, ...idsIn(file ?? '')]);
  const buttons = new Set(message.buttons.map(button => JSON.stringify(button)));
  return [
    ...whole.ids.filter(id => !ids.has(id)),
    ...whole.commands.filter(line => !lines.has(line)),
    ...whole.buttons.map(button => JSON.stringify(button)).filter(button => !buttons.has(button)),
  ];
};

export const toldInSlack = (blocks: unknown): Told => {
  const nodes = nodesIn(blocks);
  return {
    ids: nodes.flatMap(({ text, style }) => (isBold(style) ? idsIn(String(text)) : [])),
    commands: nodes.flatMap(({ type, elements }) => (type === 'rich_text_preformatted' ? linesIn(elements) : [])),
    buttons: nodes.flatMap(node => {
      if (node.type === 'button') return [clickable(node)];
      return node.type === 'overflow' ? (node.options as Node[]).map(clickable) : [];
    }),
  };
};

/** What is folded away can be opened, so it counts; the button that opens it is its heading. */
export const toldInTeams = (card: unknown): Told => {
  const nodes = nodesIn(card);
  return {
    ids: nodes.flatMap(node => (isHeading(node) ? idsIn(wordsOf(node)) : [])),
    commands: nodes.flatMap(({ type, codeSnippet }) => (type === 'CodeBlock' ? [String(codeSnippet)] : [])),
    buttons: nodes.flatMap(node => {
      const { type, title, data } = node;
      if (type === 'Action.ShowCard') return [{ label: String(title), asks: offeredBy(node) }];
      return type === 'Action.Execute' && (data as Click).uccx === 'ask'
        ? [{ label: String(title), asks: (data as Click).command }]
        : [];
    }),
  };
};

const clickable = ({ text, value }: Node) => ({ label: (text as { text: string }).text, asks: String(value) });

/** What the form of a card lets its reader choose first, in the words in which Slack's button says it. */
const offeredBy = (form: Node): string => {
  const first = nodesIn(form).find(({ type }) => type === 'Input.ChoiceSet') as Node;
  return `/uccx mute ${(first.choices as { value: string }[]).map(({ value }) => value).join(', ')}`;
};

type Click = { uccx: string; command: string };

const isBold = (style: unknown): boolean => (style as { bold?: boolean } | undefined)?.bold === true;

const linesIn = (elements: unknown): string[] => (elements as Node[]).map(wordsOf).join('').split('\n');

const isHeading = ({ type, inlines }: Node): boolean =>
  type === 'TextBlock' ||
  type === 'Action.ToggleVisibility' ||
  (type === 'RichTextBlock' && (inlines as Node[]).every(({ weight }) => weight === 'Bolder'));

const wordsOf = ({ text, title, inlines }: Node): string =>
  inlines === undefined ? String(text ?? title) : (inlines as Node[]).map(wordsOf).join('');

const idsIn = (words: string): string[] => [...words.matchAll(/\[([a-z0-9-]+)\]/g)].map(([, id]) => id as string);
