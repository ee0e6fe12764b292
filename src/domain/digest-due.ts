import { createHash } from 'node:crypto';
import { lastSlot, nextSlot, type Slot } from './digest-slots.js';
import type { DigestId, When, Zone } from './digest-when.js';
import type { TargetId } from './ids.js';

/** A digest that was missed is told for so long after its time, and says that it is late; older news is left to the next one. */
export const GRACE_MS = 2 * 3_600_000;

/** Many are due at the same minute. Each comes by a few seconds of its own later, always the same. */
export const JITTER_MS = 20_000;

/** After this a slot that nobody has begun was missed. Longer than the jitter, so that whoever looks for missed ones undoes no spreading. */
export const MISSED_AFTER_MS = 30_000;

/** `laid`: slots that were begun. Nothing at or before `since` is due: the digest, or its time, is newer. */
export type Ledger = { since: number; laid: readonly Slot[] };

type Scheduled = { id: DigestId; when: When; zone: Zone };

/** More slots than any digest has within its grace time, with room for clocks that were wrong. */
const REMEMBERED = 50;

/** The slot that is to be begun now, or null. Rests on what was begun and not on what was planned, so neither a restart nor a clock that steps doubles one. */
export const dueSlot = (digest: Scheduled, { since, laid }: Ledger, now: number): Slot | null => {
  const slot = lastSlot(digest, now, GRACE_MS);
  return slot !== null && slot > since && !laid.includes(slot) ? slot : null;
};

export const withLaid = ({ since, laid }: Ledger, slot: Slot): { since: number; laid: Slot[] } => ({
  since,
  laid: [...laid.filter(each => each !== slot), slot].slice(-REMEMBERED),
});

/** When the queue is to look after that moment. */
export const nextTick = (digest: Scheduled, after: number): number | null => {
  const jitter = jitterOf(digest.id);
  const slot = nextSlot(digest, after - jitter);
  return slot === null ? null : slot + jitter;
};

/** Targets of one digest do not begin at once either: a tenth of a second each, as far as the same twenty seconds reach. */
const SPREAD_MS = 100;
const FEW = 10;
export const spreadMs = (targets: number): number => (targets <= FEW ? 0 : Math.min(targets * SPREAD_MS, JITTER_MS));

/** By how much a target comes later within that spread, always the same. */
export const spreadOf = (target: TargetId, overMs: number): number => (overMs <= 0 ? 0 : hashOf(target) % overMs);

const jitterOf = (id: DigestId): number => hashOf(id) % JITTER_MS;
const hashOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0);
