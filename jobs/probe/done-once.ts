import type { Clock } from '../../src/domain/clock.js';

/** What was done for an order: it is done for the first time, or was before; null where what came of it is not kept any more. */
export type DoneOnce<Answer> = (id: string, untilMs: number, act: () => Promise<Answer>) => Promise<Answer | null>;

/** Redis may bring an order twice within moments, where it lost what it was told last: then the first one's answer counts. */
const ANSWER_KEPT_MS = 30_000;

/**
 * Does each order once, however often it comes: a login is not repeated because somebody, or a Redis that was put back, lays the order
 * again. An id is kept for as long as an order of that id is taken at all.
 */
export const doneOnce = <Answer>(clock: Clock): DoneOnce<Answer> => {
  const known = new Map<string, { untilMs: number; answer: Promise<Answer> | null }>();
  let swept = Number.NEGATIVE_INFINITY;
  return async (id, untilMs, act) => {
    sweep();
    const before = known.get(id);
    if (before) return before.answer;
    const entry: { untilMs: number; answer: Promise<Answer> | null } = { untilMs, answer: act() };
    known.set(id, entry);
    try {
      return await entry.answer;
    } finally {
      setTimeout(() => (entry.answer = null), ANSWER_KEPT_MS).unref();
    }
  };

  function sweep(): void {
    const now = clock.now();
    if (Math.abs(now - swept) < ANSWER_KEPT_MS) return;
    swept = now;
    for (const [id, { untilMs, answer }] of known) if (untilMs < now && answer === null) known.delete(id);
  }
};
