const MAX = 60;

/**
 * A word that a person typed, given back to them: the one that they typed, whole or with the sign of a cut. What a chat or a terminal would
 * obey or draw otherwise (markup, links, control characters) stands as a dot.
 */
export const typedWord = (word: string): string => {
  const inert = word.replace(/:(?=\/)|[^\p{L}\p{M}\p{N} ._=:/\\@;,+%()'"!?$^-]/gu, '·');
  return inert.length <= MAX ? inert : `${inert.slice(0, MAX).replace(/[\uD800-\uDBFF]$/, '')}…`;
};
