import { type AuditHead, type AuditLink, AuditRecord } from '../domain/audit.js';
import { type AuditKey, BEGINNING, openLine } from './chain.js';

/** What a chain of entries is found to be. `fault` is the first thing that does not fit; behind it nothing is believed. */
export type Verified = {
  is: 'whole' | 'broken' | 'unproven';
  entries: number;
  from: number | null;
  to: AuditHead | null;
  /** `letGo`: what is missing before the first entry was let go as the configuration says, and that entry says so. */
  start: { is: 'beginning' } | { is: 'let-go'; by: number } | { is: 'unknown' };
  /** Whether it ends where it should: by its closing line, by the head that is kept apart, or by nothing but its last line. */
  end: 'closed' | 'at-head' | 'open';
  /** Noted heads that it was held against. */
  anchors: number;
  fault: { line: number; seq: number | null; says: string } | null;
  /** Names of keys that were not given. */
  keysMissing: string[];
};

export type Held = {
  keys: readonly AuditKey[];
  /** Where the chain stood at some time, noted elsewhere: what shows a chain that was made anew, or cut at its end. */
  anchors?: readonly AuditHead[];
  /** Where it stands by what is kept beside it. */
  head?: AuditHead | null;
  /** A key is configured, so the last entry must bear one. */
  mustBeSigned?: boolean;
  /** An export ends with a closing line. */
  mustBeClosed?: boolean;
};

/** Takes lines in order and says in the end what they are. Holds one line at a time, so a file may have any length. */
export const makeVerifier = (given: Held) => {
  const { keys, anchors = [], head = null, mustBeSigned = false, mustBeClosed = false } = given;
  const noted = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
  const missing = new Set<string>();
  const cuts: { upTo: number; hash: string; by: number }[] = [];
  let first: AuditLink | null = null;
  let last: AuditHead | null = null;
  let isSigned = false;
  let isClosed = false;
  let held = 0;
  let entries = 0;
  let lines = 0;
  let fault: Verified['fault'] = null;
  return { take, end };

  /** False once nothing behind can matter any more. */
  function take(line: string): boolean {
    lines++;
    if (fault) return false;
    const opened = openLine(line, keys);
    if (opened.is === 'unreadable')
      return wrong(null, 'what stands there is no entry of an audit, or was cut in its middle');
    if (opened.is === 'changed') return wrong(opened.seq, `entry ${opened.seq} is not as it was written`);
    const { link } = opened;
    if (opened.is === 'unproven') missing.add(link.key as string);
    if (isClosed) return wrong(link.seq, `entry ${link.seq} stands behind the closing line`);
    const says = last ? whyNotBehind(last, link) : null;
    if (says) return wrong(link.seq, says);
    if (isSigned && link.key === undefined)
      return wrong(link.seq, `entry ${link.seq} is not signed, although entries before it are`);
    isSigned ||= link.key !== undefined;
    if (link.is === 'end') {
      isClosed = true;
      return true;
    }
    const known = noted.get(link.seq);
    if (known !== undefined) {
      if (known !== link.hash)
        return wrong(link.seq, `entry ${link.seq} is not the one that was noted: the chain was made anew`);
      held++;
    }
    const cut = link.is === 'cut' ? AuditRecord.safeParse(link).data : undefined;
    if (cut?.is === 'cut') cuts.push({ upTo: cut.upTo, hash: cut.upToHash, by: link.seq });
    first ??= link;
    last = { seq: link.seq, hash: link.hash };
    entries++;
    return true;
  }

  function end(): Verified {
    const start = startOf();
    fault ??= startFault(start) ?? endFault();
    const from = first?.seq ?? null;
    const closed = isClosed ? 'closed' : head ? 'at-head' : 'open';
    const is = fault ? 'broken' : missing.size > 0 ? 'unproven' : 'whole';
    return { is, entries, from, to: last, start, end: closed, anchors: held, fault, keysMissing: [...missing] };
  }

  function wrong(seq: number | null, says: string): false {
    fault = { line: lines, seq, says };
    return false;
  }

  function startOf(): Verified['start'] {
    if (!first || (first.seq === 1 && first.before === BEGINNING.hash)) return { is: 'beginning' };
    const { seq, before } = first;
    const cut = cuts.find(({ upTo, hash }) => upTo === seq - 1 && hash === before);
    return cut ? { is: 'let-go', by: cut.by } : { is: 'unknown' };
  }

  function startFault(start: Verified['start']): Verified['fault'] {
    if (start.is !== 'unknown' || !first) return null;
    const before = cuts.filter(({ upTo }) => upTo < (first as AuditLink).seq - 1).map(({ upTo }) => upTo);
    const from = Math.max(0, ...before) + 1;
    return {
      line: 1,
      seq: from,
      says: `${range(from, first.seq - 1)} missing at the start, and no entry says that ${from === first.seq - 1 ? 'it was' : 'they were'} let go`,
    };
  }

  /** What is known of the end from elsewhere; a signed chain cannot be continued, and an unsigned one not be put in its place. */
  function endFault(): Verified['fault'] {
    const known = [...anchors, ...(head ? [head] : [])].filter(({ seq }) => seq > (last?.seq ?? 0));
    const furthest = known.sort((a, b) => b.seq - a.seq)[0];
    const here = last?.seq ?? 0;
    if (furthest)
      return { line: lines + 1, seq: here + 1, says: `${range(here + 1, furthest.seq)} missing at the end` };
    if (head && last && (head.seq !== last.seq || head.hash !== last.hash))
      return { line: lines, seq: last.seq, says: `the chain ends with ${last.seq}, and its head names ${head.seq}` };
    if (mustBeClosed && !isClosed)
      return {
        line: lines + 1,
        seq: here + 1,
        says: 'its closing line is missing: it was cut at its end, or is still written',
      };
    if (mustBeSigned && entries > 0 && !isSigned)
      return { line: lines, seq: here, says: 'no entry is signed, although a key is configured' };
    return null;
  }
};

const whyNotBehind = (last: AuditHead, { seq, before }: AuditLink): string | null => {
  if (seq > last.seq + 1) return `${range(last.seq + 1, seq - 1)} missing`;
  if (seq <= last.seq) return `entry ${seq} comes behind entry ${last.seq}`;
  return before === last.hash ? null : `entry ${seq} does not rest on the entry ${last.seq} before it`;
};

const range = (from: number, to: number): string => (from === to ? `entry ${from} is` : `entries ${from} to ${to} are`);
