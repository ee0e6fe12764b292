import type { Tone } from '../../view/view.js';
import { inWords } from '../tone-words.js';
import type { ContainerStyle } from './card.js';

/** Signs of different shapes; `style` colours what is said in a shape and a word already. */
const MARKS: Record<Tone, { sign: string | null; style: ContainerStyle | null }> = {
  healthy: { sign: '✅', style: 'good' },
  critical: { sign: '⛔', style: 'attention' },
  warning: { sign: '⚠️', style: 'warning' },
  notice: { sign: 'ℹ️', style: 'accent' },
  unknown: { sign: '❓', style: 'emphasis' },
  running: { sign: '⏳', style: 'accent' },
  plain: { sign: null, style: null },
};

export const styleOf = (tone: Tone): ContainerStyle | null => MARKS[tone].style;

/** `⛔ Critical: …` */
export const toned = (tone: Tone, words: string): string => {
  const { sign } = MARKS[tone];
  return `${sign ? `${sign} ` : ''}${inWords(tone, words)}`;
};
