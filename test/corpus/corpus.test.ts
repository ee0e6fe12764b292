import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/index.js';
import { casesFor, FAMILIES } from './cases.js';
import { IMAP_FAULTS } from './faults-imap.js';
import { INBOX_FAULTS } from './faults-inbox.js';
import { LOG_FAULTS, LOG_NEAR_MISSES } from './faults-logs.js';
import { SMTP_FAULTS } from './faults-smtp.js';
import { BY_PAPERS, EXPECTED, expectedOf, LABELS } from './labels.js';
import { NEAR_MISSES, REPLAYS } from './near-misses.js';
import { type Graded, runCases } from './run.js';
import { harmOf, missesOf, scoreOf, unaskedMail } from './score.js';
import { OTHER_WORDS } from './words.js';

const FAULTS = [
  ...IMAP_FAULTS,
  ...SMTP_FAULTS,
  ...INBOX_FAULTS,
  ...OTHER_WORDS,
  ...REPLAYS,
  ...NEAR_MISSES,
  ...LOG_FAULTS,
  ...LOG_NEAR_MISSES,
];

describe('the corpus', () => {
  it('holds at least 300 cases, with faults alone and in pairs and what only looks like one', () => {
    const cases = casesFor(1, 'whole');
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases.map(({ family }) => family))).toEqual(new Set(FAMILIES));
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  it('is the same for the same seed and another for another', () => {
    const ids = (seed: number) => casesFor(seed, 'whole').map(({ id }) => id);
    expect(ids(7)).toEqual(ids(7));
    expect(ids(7)).not.toEqual(ids(8));
  });

  it('makes every fault in the slice, and each has a name of its own', () => {
    const made = new Set(casesFor(1, 'slice').flatMap(({ faults }) => faults.map(({ id }) => id)));
    expect(FAULTS.filter(fault => !made.has(fault.id) && !OTHER_WORDS.includes(fault))).toEqual([]);
    expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  });

  it('has no label that no fault has, and none without an answer', () => {
    const used = new Set(FAULTS.flatMap(({ label, besides = [] }) => [label, ...besides]));
    expect(LABELS.filter(label => !used.has(label))).toEqual([]);
    for (const { label, leg, isRead, papers } of FAULTS.filter(fault => fault.label !== 'healthy'))
      expect(expectedOf(label, leg, papers ? 'papers' : isRead ? 'read' : 'seen').rules.length).toBeGreaterThan(0);
  });

  it('expects rules that there are', () => {
    const ids = rules.map(({ id }) => id);
    const named = [...Object.values(EXPECTED), ...Object.values(BY_PAPERS)].flatMap(byLabel =>
      Object.values(byLabel).flatMap(each => each.rules),
    );
    expect(named.filter(rule => !ids.includes(rule))).toEqual([]);
  });
});

/** Which they are, for whoever reads of a promise that was not kept. */
const odd = (graded: readonly Graded[]) =>
  graded
    .filter(({ grade, harm }) => !grade.isFirst || grade.strange.length > 0 || grade.falseAlarm || harm.leftOpen > 0)
    .map(({ one, grade, harm, tookMs, report }) => ({ case: one.id, grade, harm, tookMs, verdicts: report.verdicts }));

describe('every fault once, end to end', () => {
  let graded: readonly Graded[];
  beforeAll(async () => {
    graded = await runCases(casesFor(1, 'slice'), new AbortController().signal);
  }, 240_000);

  it('keeps every promise', () => expect(missesOf(graded), JSON.stringify(odd(graded), null, 1)).toEqual([]));

  it('never says that a password is wrong, nor that a broken thing is well', () =>
    expect(scoreOf(graded)).toMatchObject({ falseWrongPassword: 0, falseHealthy: 0, falseAlarm: 0, overclaimed: 0 }));

  it('harmed nobody, as the servers counted it', () => {
    expect(harmOf(graded)).toEqual({ mostLogins: 1, leftOpen: 0, mails: 0, posts: 0 });
    expect(unaskedMail(graded)).toEqual([]);
  });
});
