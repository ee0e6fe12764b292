import { hoursIn, RANGE_WORDS } from '../domain/history-range.js';
import { typedWord } from '../domain/typed-word.js';
import { findTarget, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';

const USUAL_HOURS = 24;

/** `audit`, `audit prod`, `audit 7d`, `audit prod 7d`. */
export const parseAudit = (words: readonly string[], known: Known): Parsed => {
  const [first, ...rest] = words;
  const target = first === undefined ? null : (findTarget(first, known) ?? null);
  const [range, ...more] = target ? rest : words;
  if (more.length > 0) return mistake('`audit` takes one target or none, and how much: `/uccx audit <target> 24h`.');
  const hours = range === undefined ? USUAL_HOURS : hoursIn(range);
  if (hours !== null) return wants({ do: 'audit', target: target?.id ?? null, hours });
  if (!target && first && !/^\d/.test(first)) return unknownTarget(first, known);
  return mistake(`\`audit\` takes ${RANGE_WORDS}, not \`${typedWord(range ?? '')}\`.`);
};
