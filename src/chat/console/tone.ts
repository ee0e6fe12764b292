import type { Tone } from '../../view/view.js';
import { element, type Part, words } from './parts.js';

/** A tone is a shape and a word before it is a colour. The style draws the shape around the sign. */
const MARKS: Record<Tone, { sign: string | null; says: readonly string[] }> = {
  healthy: { sign: '✓', says: ['Healthy'] },
  critical: { sign: '×', says: ['Critical', 'problem'] },
  warning: { sign: '!', says: ['Warning'] },
  notice: { sign: 'i', says: [] },
  unknown: { sign: '?', says: ['Unknown'] },
  running: { sign: '…', says: [] },
  plain: { sign: null, says: [] },
};

/** A title with the sign of its tone, and with its word unless the title says it already. */
export const toned = (tone: Tone, title: string, draw: (words: string) => Part[] = words): Part[] => {
  const { sign, says } = MARKS[tone];
  const mark = sign ? [element('span', { class: 'sign', 'data-tone': tone, 'aria-hidden': 'true' }, sign), ' '] : [];
  const opening = /^(?:Healthy|Critical|Warning|Notice|Unknown|Running):/.exec(title)?.[0] ?? '';
  const [word, ...others] = says;
  const said = word === undefined || new RegExp(`\\b(?:${[word, ...others].join('|')})s?\\b`, 'i').test(title);
  const spoken = opening || (said ? '' : `${word}:`);
  return [
    ...mark,
    ...(spoken ? [element('span', { class: 'tone', 'data-tone': tone }, spoken)] : []),
    ...(spoken && !opening ? [' '] : []),
    ...draw(title.slice(opening.length)),
  ];
};
