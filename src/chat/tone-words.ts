import type { Tone } from '../view/view.js';

/** A sign is for finding a place again; the word carries the meaning, and stands there even where a title forgot it. */
const WORDS: Record<Tone, readonly string[]> = {
  healthy: ['Healthy'],
  critical: ['Critical', 'problem'],
  warning: ['Warning'],
  notice: [],
  unknown: ['Unknown'],
  running: [],
  plain: [],
};

/** `Critical: …`, unless the words say so already. */
export const inWords = (tone: Tone, words: string): string => {
  const [first, ...others] = WORDS[tone];
  if (first === undefined) return words;
  const said = new RegExp(`\\b(?:${[first, ...others].join('|')})s?\\b`, 'i');
  return said.test(words) ? words : `${first}: ${words}`;
};
