import type { Tone } from '../../view/view.js';

const EMOJI: Record<Tone, string | null> = {
  healthy: 'white_check_mark',
  critical: 'red_circle',
  warning: 'warning',
  notice: 'information_source',
  unknown: 'grey_question',
  running: 'hourglass_flowing_sand',
  plain: null,
};

export const emojiOf = (tone: Tone): string | null => EMOJI[tone];
