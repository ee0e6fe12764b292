import type { View } from './view.js';

type Coded = Pick<View, 'coded'>;
export type Span = { text: string; isCode: boolean };

/** The words of a view in pieces, of which each platform draws names and commands as it draws code. */
export const spansOf = ({ coded }: Coded, words: string): Span[] =>
  (coded ? words.split(/`([^`]+)`/) : [words])
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');

/** The same where nothing can be drawn: a name stands bare, a command of several words between quotation marks. */
export const withoutCode = (view: Coded, words: string): string =>
  spansOf(view, words)
    .map(({ text, isCode }) => (isCode && text.includes(' ') ? `«${text}»` : text))
    .join('');
