import { isAscii } from 'node:buffer';

/**
 * The border through which every word of a server reaches a person: cut, and with whatever cannot be seen shown escaped,
 * so that a reply can neither redraw a message (bidi, zero-width, terminal codes) nor fill it.
 */
export const quote = (words: string, most = MAX_QUOTE): string => {
  // Almost every line is one: a sign at a time is for those that are not.
  const cut = words.length < most ? words : words.slice(0, most - 1);
  if (VISIBLE.test(cut)) return cut === words ? words : `${cut}…`;
  if (cut === words && !UNSEEN.test(words)) return words;
  let shown = '';
  for (const sign of words) {
    const next = UNSEEN.test(sign) ? escaped(sign) : sign;
    if (shown.length + next.length > most - 1) return `${shown}…`;
    shown += next;
  }
  return shown;
};

/** Bytes as text: UTF-8 where they are, otherwise ASCII with the rest as `\xNN`. */
export const decode = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8: a service of another kind, or noise. Its bytes are what a person needs to see.
    return inAscii(bytes);
  }
};
/** How `decode` writes these words when they come among bytes that are not UTF-8. */
export const inBytes = (words: string): string => (ASCII.test(words) ? words : inAscii(Buffer.from(words)));
const inAscii = (bytes: Buffer) => bytes.toString('latin1').replace(/[\x80-\xff]/g, escaped);

/** Whether every part of these lines that is not too long may be shown as it is: `quote` and `mask` would change nothing. */
export const isHarmless = (lines: string, secrets: readonly string[]): boolean =>
  VISIBLE_LINES.test(lines) && !holds(lines, secrets);

/** Takes secrets out of words that a server sent: some echo what they were told. */
export const mask = (words: string, secrets: readonly string[]): string =>
  mayHold(words, secrets) ? words.replace(patternOf(secrets), '****') : words;

/** Longest first, so that nothing is left over of a secret that begins like another. */
const patternOf = (secrets: readonly string[]): RegExp =>
  new RegExp(
    [...secrets]
      .sort((a, b) => b.length - a.length)
      .map(literally)
      .join('|'),
    'giu',
  );

/** Almost no line holds one, and a pattern for each line and conversation costs more than everything else. When in doubt, yes. */
const mayHold = (words: string, secrets: readonly string[]): boolean => {
  if (secrets.length === 0) return false;
  return !ASCII.test(words) || holds(words, secrets);
};
/** @param words in ASCII */
const holds = (words: string, secrets: readonly string[]): boolean => {
  if (secrets.length === 0) return false;
  const folded = words.toLowerCase();
  return foldedOf(secrets).some(secret => folded.includes(secret));
};
/** One list is asked about for each line of a conversation. */
const foldedOf = (secrets: readonly string[]): readonly string[] => {
  const known = foldedBefore.get(secrets);
  if (known) return known;
  const folded = secrets.map(secret => secret.toUpperCase().toLowerCase());
  foldedBefore.set(secrets, folded);
  return folded;
};
const foldedBefore = new WeakMap<readonly string[], readonly string[]>();
const ASCII = /^[\x00-\x7f]*$/;
const literally = (secret: string): string => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

export const MAX_QUOTE = 300;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const VISIBLE = /^[\x20-\x7e]*$/;
const VISIBLE_LINES = /^[\x20-\x7e]*(?:\r?\n[\x20-\x7e]*)*$/;
/** Control and format signs (bidi, zero-width), separators, fillers, unassigned ones, and every blank but the usual. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;
const NAMED: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };
const escaped = (sign: string): string => {
  const point = sign.codePointAt(0) ?? 0;
  return NAMED[sign] ?? (point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`);
};
