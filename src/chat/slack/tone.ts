import type { Tone } from '../../view/view.js';

/** The sign is for finding a place again; the word carries the meaning, and stands there even where a title forgot it. */
const MARKS: Record<Tone, { emoji: string | null; words: readonly string[] }> = {
  healthy: { emoji: 'white_check_mark', words: ['Healthy'] },
  critical: { emoji: 'red_circle', words: ['Critical', 'problem'] },
  warning: { emoji: 'warning', words: ['Warning'] },
  notice: { emoji: 'information_source', words: [] },
  unknown: { emoji: 'grey_question', words: ['Unknown'] },
  running: { emoji: 'hourglass_flowing_sand', words: [] },
  plain: { emoji: null, words: [] },
};

export const emojiOf = (tone: Tone): string | null => MARKS[tone].emoji;

/** `Critical: …`, unless the words say so already. */
export const inWords = (tone: Tone, words: string): string => {
  const [first, ...others] = MARKS[tone].words;
  if (first === undefined) return words;
  const said = new RegExp(`\\b(?:${[first, ...others].join('|')})s?\\b`, 'i');
  return said.test(words) ? words : `${first}: ${words}`;
};
