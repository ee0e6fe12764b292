import type { View } from '../view/view.js';
import { clean, cutTo, oneLine } from './clean.js';
import { inWords } from './tone-words.js';

/** A headline is never empty: it stands alone as a notification. */
export const headlineOf = (view: View): string => oneLine(view.headline).trim() || 'No words were given.';

/**
 * For notifications and wherever nothing but words is shown: verdict and titles, at most so many characters. Quotations are left out,
 * since such a field is often read as markup; `inert` makes the rest harmless there.
 */
export const plainWords = (view: View, max: number, inert: (words: string) => string): string => {
  const lines = [
    inWords(view.tone, headlineOf(view)),
    ...view.sections
      .filter(section => !section.detail && section.title.trim() !== '')
      .map(section => `- ${inWords(section.tone, oneLine(section.title))}`),
    ...view.sections
      .filter(section => section.title.trim() === '')
      .flatMap(section => section.lines.flatMap(line => (line.is === 'text' ? [clean(line.text)] : []))),
  ];
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    const harmless = inert(cutTo(line, 600));
    length += harmless.length + 1;
    if (length > max && kept.length > 0) break;
    kept.push(harmless);
  }
  return kept.join('\n');
};
