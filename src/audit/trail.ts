import type { AuditHead, AuditRecord } from '../domain/audit.js';
import { type Clock, isoNow } from '../domain/clock.js';
import { StoreDownError } from '../domain/errors.js';
import type { Audit, AuditLog } from '../intake/ports.js';
import { type AuditKey, openLine, seal } from './chain.js';
import { entriesSince, entryOf } from './entries.js';

export type Keep = { ms: number; count: number };
export type Trail = Audit & {
  /** Where the chain stands, to be noted elsewhere. */
  head: () => Promise<AuditHead>;
};

/** One message to Redis takes so many at most. */
const AT_ONCE = 100;
/** Another bot appended in between: the next attempt goes behind it. One of two wins each time. */
const ATTEMPTS = 50;
/** What is let go goes in lumps of a twentieth, so that the chain does not consist of words about itself. */
const LUMP = 0.05;
const LOOK_FOR_OLD_MS = 3_600_000;

/**
 * Appends records to the chain, one batch after another in the order in which they were noted. What comes while one is on its way goes
 * with the next, so many at once cost hardly more than one.
 */
export const makeTrail = (given: { log: AuditLog; clock: Clock; key: AuditKey | null; keep: Keep }): Trail => {
  const { log, clock, key, keep } = given;
  let waiting: { at: string; record: AuditRecord; done: (error?: unknown) => void }[] = [];
  let isBusy = false;
  let known: Awaited<ReturnType<AuditLog['state']>> | null = null;
  let looksForOldAt = 0;
  return {
    note: record =>
      new Promise((resolve, reject) => {
        const done = (error?: unknown) => (error === undefined ? resolve() : reject(error));
        waiting.push({ at: isoNow(clock), record, done });
        void work();
      }),
    since: (fromMs, most, only) => entriesSince(log, fromMs, most, only),
    head: async () => (await log.state()).head,
  };

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      const error = await append(batch).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) known = null;
      for (const { done } of batch) done(error);
    }
    isBusy = false;
  }

  async function append(batch: readonly { at: string; record: AuditRecord }[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const state = known ?? (await log.state());
      const cut = await cutOf(state);
      const records = cut ? [...batch, { at: isoNow(clock), record: cut }] : batch;
      let { head } = state;
      const lines = records.map(({ at, record }) => {
        const sealed = seal(head, at, record, key);
        head = sealed.head;
        return sealed.line;
      });
      if (await log.append(state.head, lines, head, cut ? cut.upTo : null)) {
        known = { head, first: cut ? cut.upTo + 1 : state.first || 1 };
        return;
      }
      known = null;
    }
    throw new StoreDownError('others write into the audit all the time');
  }

  /** What is too much or too old, when enough of it has come together. */
  async function cutOf({ head, first }: { head: AuditHead; first: number }) {
    const kept = head.seq - first + 1;
    if (kept > keep.count * (1 + LUMP)) return cutAt(head.seq - keep.count, 'count');
    if (clock.now() < looksForOldAt || kept < 2) return null;
    looksForOldAt = clock.now() + LOOK_FOR_OLD_MS;
    const oldest = clock.now() - keep.ms;
    if (!(await isBefore(first, oldest - keep.ms * LUMP))) return null;
    let [low, high] = [first, head.seq - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (await isBefore(middle, oldest)) low = middle;
      else high = middle - 1;
    }
    return cutAt(low, 'age');
  }

  async function cutAt(upTo: number, why: 'age' | 'count') {
    const [line] = await log.lines(upTo, 1);
    const opened = line === undefined ? null : openLine(line, key ? [key] : []);
    // What nobody can read is not let go: first somebody must see what became of it.
    if (!opened || !('link' in opened) || opened.link.seq !== upTo) return null;
    return { is: 'cut', upTo, upToHash: opened.link.hash, why } as const;
  }

  async function isBefore(seq: number, atMs: number): Promise<boolean> {
    const [line] = await log.lines(seq, 1);
    const entry = line === undefined ? null : entryOf(line);
    return entry !== null && Date.parse(entry.at) < atMs;
  }
};
