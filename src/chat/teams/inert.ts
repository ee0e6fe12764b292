/** For `speak` and notifications, which may be read as XML: the signs that begin markup become others that look alike. */
export const withoutMarkup = (words: string): string => replaced(words, MARKUP);

/** For `fallbackText`, which is read as markdown and of which nothing is copied. */
export const withoutMarkdown = (words: string): string => replaced(words, MARKDOWN);

const MARKUP: Record<string, string> = { '<': '‹', '>': '›', '&': '＆' };
const MARKDOWN: Record<string, string> = {
  ...MARKUP,
  '*': '∗',
  _: '＿',
  '`': 'ˋ',
  '[': '［',
  ']': '］',
  '~': '∼',
  '#': '＃',
  '|': '｜',
  '\\': '＼',
  '{': '｛',
  '}': '｝',
};

const replaced = (words: string, by: Record<string, string>): string =>
  [...words].map(char => by[char] ?? char).join('');
