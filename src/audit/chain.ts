import { createHash, createHmac } from 'node:crypto';
import { type AuditHead, AuditLink, type AuditRecord } from '../domain/audit.js';
import type { IsoTime } from '../domain/clock.js';

/** A key of the chain by the name that its entries carry; the name tells nothing of the key. */
export type AuditKey = { name: string; key: string };
export const auditKey = (key: string): AuditKey => ({
  name: createHash('sha256').update(`uccx-doctor audit key\n${key}`).digest('hex').slice(0, 12),
  key,
});

export const BEGINNING: AuditHead = { seq: 0, hash: '' };

type Sealed = { line: string; head: AuditHead };

/** The line of a record behind `head`, and where the chain then stands. What is hashed is the very text of the line without its hash. */
export const seal = (
  head: AuditHead,
  at: IsoTime,
  record: AuditRecord | { is: 'end' },
  key: AuditKey | null,
): Sealed => {
  const seq = head.seq + 1;
  const open = { seq, at, ...record, before: head.hash, ...(key ? { key: key.name } : {}) };
  const hash = hashOf(JSON.stringify(open), key);
  return { line: JSON.stringify({ ...open, hash }), head: { seq, hash } };
};

export type Opened =
  | { is: 'fits'; link: AuditLink }
  /** Bound to its place as far as its own words go, but the key that signed it is not here. */
  | { is: 'unproven'; link: AuditLink }
  | { is: 'changed'; seq: number }
  | { is: 'unreadable' };

/** One line by itself: whether it is word for word what was sealed. */
export const openLine = (line: string, keys: readonly AuditKey[]): Opened => {
  const raw = parsed(line);
  const link = AuditLink.safeParse(raw).data;
  if (!link) return { is: 'unreadable' };
  const { hash, ...open } = raw as { hash: string };
  // Written twice or in another order it says the same to us, and maybe something else to another reader.
  if (JSON.stringify({ ...open, hash }) !== line) return { is: 'changed', seq: link.seq };
  const key = link.key === undefined ? null : keys.find(({ name }) => name === link.key);
  if (key === undefined) return { is: 'unproven', link };
  return hashOf(JSON.stringify(open), key) === hash ? { is: 'fits', link } : { is: 'changed', seq: link.seq };
};

const hashOf = (text: string, key: AuditKey | null): string =>
  (key ? createHmac('sha256', key.key) : createHash('sha256')).update(text).digest('hex');

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
