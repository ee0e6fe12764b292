import { z } from 'zod';
import { type ProbeSource, Source } from './evidence/evidence.js';
import { Evidence, EvidenceKind } from './evidence/index.js';
import type { ProbeOrder } from './plan.js';

/** One line of a conversation, as it may be shown: masked, escaped, cut. `atMs` counts from the start of the probe. */
export const TranscriptLine = z.object({
  atMs: z.number(),
  who: z.enum(['client', 'server', 'note']),
  text: z.string().max(600),
});
export type TranscriptLine = z.infer<typeof TranscriptLine>;

/** A worker of the next version may see facts that this one has no word for: they are left out, and what it knows counts. */
const knownFacts = (facts: unknown): unknown => (Array.isArray(facts) ? facts.filter(fact => !isNews(fact)) : facts);

const isNews = (fact: { kind?: unknown } | null): boolean =>
  typeof fact?.kind === 'string' && !EvidenceKind.safeParse(fact.kind).success;

/**
 * What one order brought back. A server that says no is `seen`; `silent` is that we could not look, with the reason.
 * `cut`: the budget ran out before the probe was through; what it had seen until then still counts.
 */
export const Observation = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('seen'),
    source: Source,
    tookMs: z.number().min(0),
    cut: z.boolean(),
    evidence: z.preprocess(knownFacts, z.array(Evidence).max(100)),
    transcript: z.array(TranscriptLine).max(200),
  }),
  z.object({
    is: z.literal('silent'),
    source: Source,
    why: z.enum(['late', 'crashed', 'no-worker', 'unreadable', 'refused']),
    says: z.string().max(600),
  }),
]);
export type Observation = z.infer<typeof Observation>;
type Silence = Extract<Observation, { is: 'silent' }>;

/** That an order brought nothing, and why. */
export const silence = (
  order: Pick<ProbeOrder, 'probe' | 'site' | 'vantages'>,
  why: Silence['why'],
  says: string,
): Silence => ({
  is: 'silent',
  source: sourceOf(order),
  why,
  says,
});

/** Whose answer it is: the order's, whatever the answer says of itself. */
export const sourceOf = ({ probe, site, vantages }: Pick<ProbeOrder, 'probe' | 'site' | 'vantages'>): ProbeSource => ({
  by: 'probe',
  probe,
  site,
  vantages,
});
