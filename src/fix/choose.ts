import { nearest } from '../domain/nearest.js';
import type { Remedy } from '../domain/remedy.js';
import type { Report } from '../domain/report.js';

export type Chosen = { is: 'chosen'; remedies: Remedy[] } | { is: 'mistake'; says: string };

/**
 * The remedies of a report that a script shall hold. Without words those that follow from its findings; a rule chooses those of its
 * findings. A remedy that depends on a question is only taken when it is named itself: who names it has answered the question.
 */
export const chooseRemedies = (report: Report, words: readonly string[]): Chosen => {
  const findings = report.verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
  const asks = report.verdicts.flatMap(verdict =>
    verdict.is === 'problem'
      ? verdict.findings.flatMap(each => each.asks)
      : verdict.is === 'unknown'
        ? verdict.asks
        : [],
  );
  const proven = findings.flatMap(finding => finding.remedies);
  const ifSo = asks.flatMap(ask => (ask.ifSo ? [ask.ifSo] : []));
  if (words.length === 0) {
    if (proven.length > 0) return { is: 'chosen', remedies: unique(proven) };
    return {
      is: 'mistake',
      says:
        ifSo.length > 0
          ? `The last report of ${report.target} proves no cause, so no script follows by itself. Once a question is answered, name its remedy: ${idsOf(ifSo).join(', ')}.`
          : `The last report of ${report.target} has no remedy that a script could carry out.`,
    };
  }
  const remedies: Remedy[] = [];
  for (const word of words) {
    const ofRule = findings.filter(({ rule }) => rule === word).flatMap(finding => finding.remedies);
    const named = [...proven, ...ifSo].filter(({ id }) => id === word);
    if (ofRule.length + named.length === 0) return { is: 'mistake', says: unknownWord(word) };
    remedies.push(...ofRule, ...named);
  }
  return { is: 'chosen', remedies: unique(remedies) };

  function unknownWord(word: string): string {
    const rules = findings.filter(finding => finding.remedies.length > 0).map(({ rule }) => rule);
    const known = [...new Set([...rules, ...idsOf([...proven, ...ifSo])])];
    const near = nearest(word, known);
    return `The last report of ${report.target} has nothing under \`${word}\`.${near ? ` Did you mean \`${near}\`?` : ''} ${
      known.length > 0 ? `It has ${known.join(', ')}.` : 'It has no remedy at all.'
    }`;
  }
};

const idsOf = (remedies: readonly Remedy[]): string[] => [...new Set(remedies.map(({ id }) => id))];

const unique = (remedies: readonly Remedy[]): Remedy[] => {
  const seen = new Set<string>();
  return remedies.filter(({ id, title }) => {
    const key = `${id} ${title}`;
    return !seen.has(key) && seen.add(key);
  });
};
