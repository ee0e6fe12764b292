/** A console's tab goes on to the next of these columns. */
const STOP = 8;

/** Blanks in place of tabs, as wide as a console shows them. */
export const untabbed = (text: string): string => {
  if (!text.includes('\t')) return text;
  let shown = '';
  for (const part of text.split('\t'))
    shown = `${shown}${part}`.padEnd(Math.ceil((shown.length + part.length + 1) / STOP) * STOP);
  return shown.trimEnd();
};
