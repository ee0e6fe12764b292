import type { Unanswered } from '../../src/chat/unanswered.js';

/** Nothing can be kept, neither in Redis nor on the disk; notes what became of each question. */
export const keptNowhere = (): Unanswered & { became: string[] } => {
  const became: string[] = [];
  return {
    became,
    keep: async () => 'nowhere',
    done: async () => void became.push('done'),
    later: () => void became.push('later'),
    take: () => {},
    start: () => {},
    stop: () => {},
  };
};
