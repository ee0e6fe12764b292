import type { Duplex } from 'node:stream';
import type { Leg } from '../domain/evidence/evidence.js';
import type { Endpoint } from '../domain/target.js';
import { stopwatch } from '../wire/countdown.js';
import { mask } from '../wire/quote.js';
import { type Handshake, shakeHands } from '../wire/tls.js';
import { share } from './connection.js';
import type { Body, Look } from './probe.js';

export type Established = Extract<Handshake, { is: 'established' }>;
export type Encryption = Pick<Established, 'stream' | 'trusted' | 'nameMatches' | 'channelBinding'> & {
  isOld: boolean;
};
export type Encrypting = {
  leg: Leg;
  endpoint: Endpoint;
  how: 'tls' | 'starttls';
  /** Plain text that came behind the answer to STARTTLS: thrown away, and told. */
  leftover: string | null;
  /** Another connection that is ready for a handshake; null where there is none. */
  again: () => Promise<Duplex | null>;
};

/**
 * Encrypts a connection and notes how that went. Where the handshake of today fails in the way of an old server, a second
 * connection tries TLS 1.0 and 1.1, so that «only old versions» can be told from «no TLS at all».
 */
export const encrypt = async (look: Look, stream: Duplex, encrypting: Encrypting): Promise<Encryption | null> => {
  const { endpoint, leftover } = encrypting;
  const tookMs = stopwatch();
  const options = { name: nameOf(endpoint), trust: endpoint.trust, signal: look.signal };
  const today = await shakeHands(stream, { old: false, ms: share(look, HANDSHAKE_MS), ...options });
  if (today.is === 'established') {
    const text = leftover && `plain text came behind the answer to STARTTLS and was thrown away: ${leftover}`;
    return noted(look, encrypting, today, { onlyOld: false, text, tookMs: tookMs() });
  }
  look.transcribe('note', `TLS: ${today.text ?? today.is}`);
  const second = today.aboutVersion ? await encrypting.again() : null;
  const old = second && (await shakeHands(second, { old: true, ms: share(look, HANDSHAKE_MS), ...options }));
  if (old?.is === 'established') {
    return noted(look, encrypting, old, { onlyOld: true, text: today.text, tookMs: tookMs() });
  }
  if (old) look.transcribe('note', `TLS 1.0 and 1.1: ${old.text ?? old.is}`);
  noteNoTls(look, encrypting, { outcome: today.is, text: today.text, tookMs: tookMs() });
  return null;
};

/** Encrypts another connection to a place where this was seen already, so nothing is noted; null where it fails. */
export const encryptAgain = async (
  look: Look,
  stream: Duplex,
  endpoint: Pick<Endpoint, 'host' | 'serverName' | 'trust'>,
  { ms, old = false }: { ms: number; old?: boolean },
): Promise<Established | null> => {
  const options = { name: nameOf(endpoint), trust: endpoint.trust, old, ms, signal: look.signal };
  const secured = await shakeHands(stream, options);
  if (secured.is === 'established') return secured;
  look.transcribe('note', `TLS: ${mask(secured.text ?? secured.is, look.hidden.secrets)}`);
  return null;
};

/** Notes that a conversation was not encrypted, and at which point. */
export const noteNoTls = (
  look: Look,
  { leg, endpoint, how }: Pick<Encrypting, 'leg' | 'endpoint' | 'how'>,
  facts: Pick<Body<'tls-session'>, 'outcome' | 'text' | 'tookMs'>,
): void =>
  look.observe('tls-session', {
    leg,
    how,
    protocol: null,
    cipher: null,
    onlyOld: false,
    certificate: null,
    expectedName: nameOf(endpoint),
    nameMatches: null,
    trusted: null,
    trustProblem: null,
    ...facts,
  });

const HANDSHAKE_MS = 4000;
const nameOf = ({ serverName, host }: Pick<Endpoint, 'host' | 'serverName'>) => serverName ?? host;

const noted = (
  look: Look,
  { leg, endpoint, how }: Encrypting,
  { stream, is, channelBinding, ...facts }: Established,
  more: { onlyOld: boolean; text: string | null; tookMs: number },
): Encryption => {
  look.observe('tls-session', { leg, how, outcome: is, expectedName: nameOf(endpoint), ...facts, ...more });
  look.transcribe('note', `encrypted with ${facts.protocol ?? 'TLS'}${more.text ? `; ${more.text}` : ''}`);
  const isOld = facts.protocol !== 'TLSv1.2' && facts.protocol !== 'TLSv1.3';
  return { stream, channelBinding, trusted: facts.trusted, nameMatches: facts.nameMatches, isOld };
};
