import { isNode, type Node, nodesOf } from './cards.js';
import type { LabAttachment, LabTeamsMessage } from './messages.js';

export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';

/** How a message stands now, as its reader sees it, one element a line; with a person's id, as that person sees it. */
export const seenInTeams = (message: LabTeamsMessage, person?: string): string => {
  const { text, attachments } = message.versions.at(-1) ?? { text: '', attachments: [] };
  const view = person === undefined ? undefined : message.views.get(person);
  const shown = view ? [view] : attachments;
  return [...(text && !view ? [text] : []), ...shown.flatMap(wordsOf)].join('\n');
};

/** The first card of a message as it stands now. */
export const cardOf = (message: LabTeamsMessage, person?: string): Node | null => {
  const view = person === undefined ? undefined : message.views.get(person);
  const shown = view ? [view] : (message.versions.at(-1)?.attachments ?? []);
  const content = shown.find(({ contentType }) => contentType === ADAPTIVE_CARD)?.content;
  return isNode(content) ? content : null;
};

const wordsOf = ({ contentType, content, name }: LabAttachment): string[] => {
  if (contentType === 'text/html') return [];
  if (contentType !== ADAPTIVE_CARD || !isNode(content)) return [`(${name ?? contentType})`];
  return nodesOf(content).flatMap(wordsOfOne);
};

const wordsOfOne = (node: Node): string[] => {
  const type = String(node.type);
  if (type.startsWith('Action.')) return typeof node.title === 'string' ? [`[${node.title}]`] : [];
  if (type.startsWith('Input.')) return [`(${String(node.label)})`];
  switch (type) {
    case 'TextBlock':
      return [String(node.text)];
    case 'CodeBlock':
      return [String(node.codeSnippet)];
    case 'RichTextBlock': // its runs are one line, and plain strings are runs too
      return Array.isArray(node.inlines)
        ? [node.inlines.map(run => (isNode(run) ? String(run.text) : String(run))).join('')]
        : [];
    case 'FactSet':
      return Array.isArray(node.facts)
        ? node.facts.filter(isNode).map(fact => `${String(fact.title)}: ${String(fact.value)}`)
        : [];
    default:
      return [];
  }
};
