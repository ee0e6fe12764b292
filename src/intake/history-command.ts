import { hoursIn, RANGE_WORDS, USUAL_HOURS } from '../domain/history-range.js';
import { typedWord } from '../domain/typed-word.js';
import { findTarget, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';

/** `history prod`, `history prod 7d`. */
export const parseHistory = (words: readonly string[], known: Known): Parsed => {
  const [word, range, ...more] = words;
  if (!word || more.length > 0)
    return mistake('`history` wants one target, and may say how much: `/uccx history <target> 7d`.');
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  const hours = range === undefined ? USUAL_HOURS : hoursIn(range);
  if (hours === null) return mistake(`\`history\` takes ${RANGE_WORDS}, not \`${typedWord(range ?? '')}\`.`);
  return wants({ do: 'history', target: target.id, hours });
};
