import type { EvidenceKind } from '../../src/domain/evidence/index.js';
import type { Ask } from '../../src/domain/verdict.js';
import type { Reader } from '../../src/readers/reader.js';

export type Told = {
  facts: { kind: EvidenceKind; body: unknown; at: string | null; line: number | null }[];
  quotes: { line: number | null; text: string }[];
  unread: { line: number | null; why: string }[];
  asks: Ask[];
};

/** Reads bytes with one reader, in pieces of a size, exactly as it tells: nothing is masked or bounded behind it. */
export const readBytes = (reader: Reader, bytes: Buffer, piece = 65_536): Told => {
  const told: Told = { facts: [], quotes: [], unread: [], asks: [] };
  const sink = reader.open({
    now: '2026-11-21T08:00:00.000Z',
    observe: (kind, body, at, line = null) => told.facts.push({ kind, body: body as unknown, at, line }),
    quote: (line, text) => told.quotes.push({ line, text }),
    unread: (line, why) => told.unread.push({ line, why }),
    ask: ask => told.asks.push(ask),
  });
  // Filled anew for each piece, as a stream may do: whoever holds on to a piece reads nonsense.
  const given = Buffer.alloc(Math.min(piece, bytes.length));
  for (let at = 0; at < bytes.length; at += piece) {
    const size = bytes.copy(given, 0, at, Math.min(at + piece, bytes.length));
    sink.push(given.subarray(0, size));
  }
  given.fill(0xee);
  sink.end();
  return told;
};

/** What was told of one kind. */
export const factsOf = <T = Record<string, unknown>>(told: Told, kind: EvidenceKind): T[] =>
  told.facts.filter(fact => fact.kind === kind).map(({ body }) => body as T);
