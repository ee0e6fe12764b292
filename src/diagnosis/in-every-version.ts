import type { Ask, Verdict } from '../domain/verdict.js';

/**
 * What holds whichever version it is: the one verdict that all versions lead to, without its remedies, and with those questions that
 * every version would answer by the same lines. Null where they lead to different ones.
 */
export const inEveryVersion = (verdicts: readonly Verdict[]): Verdict | null => {
  const [first, ...others] = verdicts.map(bare);
  const same = first !== undefined && others.every(other => textOf(other) === textOf(first));
  return same ? withAsks(first, sharedAsks(verdicts)) : null;
};

/** Without anything to do. */
const bare = (verdict: Verdict): Verdict => {
  if (verdict.is === 'unknown') return { ...verdict, asks: [] };
  if (verdict.is !== 'problem') return verdict;
  return { ...verdict, findings: verdict.findings.map(finding => ({ ...finding, asks: [], remedies: [] })) };
};

/** The questions of each finding (an unknown counts as one) that are the same in every version; what would follow is a remedy. */
const sharedAsks = (verdicts: readonly Verdict[]): Ask[][] => {
  const [first = [], ...others] = verdicts.map(asksOf);
  return first.map((asks, at) =>
    asks.filter(ask => others.every(other => other[at]?.some(also => textOf(also) === textOf(ask)))),
  );
};

const asksOf = (verdict: Verdict): Ask[][] => {
  const questions = (asks: readonly Ask[]) => asks.map(({ says, steps }) => ({ says, steps }));
  if (verdict.is === 'unknown') return [questions(verdict.asks)];
  return verdict.is === 'problem' ? verdict.findings.map(({ asks }) => questions(asks)) : [];
};

const withAsks = (verdict: Verdict, asks: readonly Ask[][]): Verdict => {
  if (verdict.is === 'unknown') return { ...verdict, asks: asks[0] ?? [] };
  if (verdict.is !== 'problem') return verdict;
  return { ...verdict, findings: verdict.findings.map((finding, at) => ({ ...finding, asks: asks[at] ?? [] })) };
};

/** All of it is plain JSON, made by the same code in the same order. */
const textOf = (value: Verdict | Ask): string => JSON.stringify(value);
