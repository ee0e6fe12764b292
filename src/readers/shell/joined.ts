/** One line of a value, behind its column, with the blanks at its end if they are still there. */
export type Part = string;

/**
 * Puts a value together that a console broke. A shell breaks behind a blank or a hyphen, and within a word only where the word alone
 * is wider than the column; then the line is full. Blanks at the ends of lines are often lost on the way, so a full line may be either.
 * @param width of the column, as far as the widest line shows it. @param keepsBlanks that some line has kept the blank at its end.
 */
export const joined = (
  parts: readonly Part[],
  { width, keepsBlanks }: { width: number; keepsBlanks: boolean },
): { text: string; sure: boolean } => {
  let text = parts[0] ?? '';
  let sure = true;
  for (const [at, next] of parts.slice(1).entries()) {
    const before = parts[at] as string;
    if (keepsBlanks || /\s$/.test(before) || /^\s/.test(next) || isWithinGuid(text, next)) {
      text += next;
      continue;
    }
    if (before.length >= width) {
      const word = text.length - startOfLastWord(text) + endOfFirstWord(next);
      const isOneWord = word >= width;
      text += isOneWord ? next : ` ${next}`;
      if (!(isOneWord && /^\d+$/.test(text.trim()))) sure = false;
      continue;
    }
    text += before.endsWith('-') && !/\s-$/.test(before) ? next : ` ${next}`;
    if (before.endsWith('-')) sure = false;
  }
  return { text: text.trim(), sure };
};

/** Behind a hyphen of a GUID, as in the name of every default throttling policy, where no blank has been. */
const isWithinGuid = (before: string, next: string): boolean => {
  const begun = /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){0,3}$/i.exec(before.slice(-40))?.[0];
  return begun !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test((begun + next).slice(0, 36));
};

const startOfLastWord = (text: string): number => {
  let at = text.length;
  while (at > 0 && !isDelimiter(text[at - 1] as string)) at--;
  return at;
};

const endOfFirstWord = (text: string): number => {
  let at = 0;
  while (at < text.length && !isDelimiter(text[at] as string)) at++;
  return at;
};

const isDelimiter = (sign: string): boolean => sign === ' ' || sign === '-' || sign === '\t';
