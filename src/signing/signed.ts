import { sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { z } from 'zod';
import { IsoTime } from '../domain/clock.js';
import type { SiteId } from '../domain/ids.js';
import type { PublicKey, SigningKey } from './key.js';

/** Who signs: a bot, or the workers of one site. */
export type Party = 'bot' | `site-${string}`;
export const siteParty = (site: SiteId): Party => `site-${site}`;

/** What is written. A new one is read for one version before it is written, so that the versions beside each other understand it. */
const PROTOCOL = 1;
/** What is read: the protocol of this version and, once there is one, that of the version before. */
const READ: readonly number[] = [1];

/** What lies in Redis in the place of a payload: the words as they were signed, byte for byte. */
const Signed = z.object({
  protocol: z.int(),
  by: z.string().max(60),
  key: z.string().max(40),
  text: z.string(),
  signature: z.string().max(200),
});
export type Signed = z.infer<typeof Signed>;

/** What the words are for. Signed with them, so that they count for nothing else: no other job, no other run, no answer as an order. */
export type Purpose = { is: string; id: string };
/** When an order was laid, and until when somebody waits for it. */
export type Validity = { at: IsoTime; until: IsoTime };

const Words = z.object({
  is: z.string(),
  id: z.string(),
  valid: z.object({ at: IsoTime, until: IsoTime }).nullable(),
  body: z.unknown(),
});

export type Refused = {
  is: 'refused';
  why: 'unsigned' | 'protocol' | 'other-party' | 'unknown-key' | 'altered' | 'other-purpose' | 'stale' | 'early';
  /** Goes on after «because»: what was found, what was expected, what to do. */
  says: string;
  /** The key that it names, where it names one. */
  key: string | null;
};
export type Opened = { is: 'good'; body: unknown; valid: Validity | null; key: string } | Refused;

export const signWords = (
  by: Party,
  key: SigningKey,
  { is, id }: Purpose,
  body: unknown,
  valid: Validity | null = null,
): Signed => {
  const text = JSON.stringify({ is, id, valid, body });
  const head = { protocol: PROTOCOL, by, key: key.id };
  const signature = signBytes(null, bytesOf({ ...head, text }), key.privateKey).toString('base64url');
  return { ...head, text, signature };
};

/** @param keys those that `from` may sign with. */
export const openWords = (from: Party, keys: readonly PublicKey[], purpose: Purpose, found: unknown): Opened => {
  const read = Signed.safeParse(found);
  if (!read.success) return refused('unsigned', 'it is not signed', null);
  const { protocol, by, key, text, signature } = read.data;
  if (!READ.includes(protocol)) return refused('protocol', protocolWords(protocol), key);
  if (by !== from) return refused('other-party', `it is not signed by ${partyWords(from)}`, key);
  const known = keys.find(({ id }) => id === key);
  if (!known) return refused('unknown-key', unknownWords(from, keys, key), key);
  if (!verifyBytes(null, bytesOf({ protocol, by, key, text }), known.key, Buffer.from(signature, 'base64url')))
    return refused('altered', `its signature with key ${key} does not fit: it was altered, or forged`, key);
  const words = wordsIn(text);
  if (words?.is !== purpose.is || words.id !== purpose.id)
    return refused('other-purpose', 'it was signed for something else and was moved here', key);
  return { is: 'good', body: words.body, valid: words.valid, key };
};

/** Newline cannot stand in any part before the text, so no two heads give the same bytes. */
const bytesOf = ({ protocol, by, key, text }: Omit<Signed, 'signature'>): Buffer =>
  Buffer.from(`uccx-doctor ${protocol}\n${by}\n${key}\n${text}`);

export const refused = (why: Refused['why'], says: string, key: string | null): Refused => ({
  is: 'refused',
  why,
  says,
  key: key === null ? null : printable(key),
});

const wordsIn = (text: string): z.infer<typeof Words> | null => {
  try {
    return Words.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // signed, and yet no words of ours
  }
};

export const partyWords = (party: Party): string =>
  party === 'bot' ? 'a bot' : `a worker of ${party.slice('site-'.length)}`;

const protocolWords = (protocol: number): string =>
  protocol > Math.max(...READ)
    ? `it is written in protocol ${protocol}, and this version reads ${READ.join(' and ')}: this side is too old, update it`
    : `it is written in protocol ${protocol}, and this version reads ${READ.join(' and ')}: the other side is too old, update it`;

const unknownWords = (from: Party, keys: readonly PublicKey[], key: string): string =>
  keys.length === 0
    ? `no public key of ${partyWords(from)} is known here (it is signed with ${printable(key)})`
    : `it is signed with ${printable(key)}, and of ${partyWords(from)} only ${keys.map(({ id }) => id).join(', ')} ${keys.length === 1 ? 'is' : 'are'} known here`;

/** A key that somebody else names is theirs to choose. */
const printable = (key: string): string => (/^[A-Za-z0-9_-]{1,40}$/.test(key) ? key : 'a key without a proper name');
