/** Lines that a person reads: nothing in them may act (control characters, direction overrides, halves of characters). */
export const clean = (words: string): string =>
  words
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\u00B7')
    .replace(/[\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/g, '');

/** On one line: for titles, labels and the words of others. */
export const oneLine = (words: string): string => clean(words).replace(/[\n\t]+/g, ' ');

/** At most so many characters, never half of one. */
export const cutTo = (words: string, max: number): string => {
  if (words.length <= max) return words;
  return `${words.slice(0, max - 2).replace(/[\uD800-\uDBFF]$/, '')} …`;
};
