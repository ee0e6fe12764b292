/** Every element and attribute that an answer may be drawn with; the page refuses to build any other. */
export const TAGS = [
  'article',
  'blockquote',
  'button',
  'caption',
  'code',
  'details',
  'div',
  'figcaption',
  'figure',
  'form',
  'h3',
  'h4',
  'img',
  'input',
  'label',
  'option',
  'p',
  'pre',
  'section',
  'select',
  'span',
  'summary',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
] as const;
export const ATTRIBUTES = [
  'alt',
  'aria-hidden',
  'class',
  'data-ask',
  'data-copy',
  'data-fill',
  'data-save',
  'data-shows',
  'data-tone',
  'dir',
  'maxlength',
  'name',
  'placeholder',
  'required',
  'scope',
  'selected',
  'src',
  'tabindex',
  'title',
  'type',
  'value',
] as const;

export type Element = {
  tag: (typeof TAGS)[number];
  with: Partial<Record<(typeof ATTRIBUTES)[number], string>>;
  parts: Part[];
};

/**
 * A piece of an answer as data: text, or an element from a fixed list. The page makes it with `createElement` and
 * `createTextNode`, so there is no markup anywhere that words could break out of, and nothing to escape.
 */
export type Part = string | Element;

export const element = (tag: Element['tag'], attributes: Element['with'], ...parts: Part[]): Element => ({
  tag,
  with: attributes,
  parts,
});

/** Control, format (bidi, zero width) and line separator characters, and halves of a pair: what a reader cannot see. */
const unseen = /([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/u;
const layout = new Set(['\n', '\t']);

/**
 * Shows words as they are, with each unseen character named in its place (`U+202E`). The character itself stays in the text,
 * isolated so that it turns nothing around: what is copied is what was there, byte for byte.
 */
export const words = (text: string): Part[] =>
  text
    .split(unseen)
    .filter(piece => piece !== '')
    .map(piece =>
      unseen.test(piece) && !layout.has(piece)
        ? element('span', { class: 'unseen', 'data-shows': codePoint(piece) }, piece)
        : piece,
    );

const codePoint = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The text of a part, as a browser's `textContent` gives it. */
export const textOf = (part: Part): string => (typeof part === 'string' ? part : part.parts.map(textOf).join(''));
