import type { Endpoint } from '../domain/target.js';
import type { Encryption } from './encryption.js';

export type Withholding = { why: 'not-encrypted' | 'untrusted-server' | 'old-tls'; says: string };

/**
 * Why a password must not be sent over this conversation; null where it may. What the configuration allows is allowed:
 * `plain` sends it readable, `trust: any` to whoever answers, `allowOldTls` over TLS 1.0.
 */
export const reasonToWithhold = (
  { security, trust, allowOldTls }: Endpoint,
  encryption: Pick<Encryption, 'trusted' | 'nameMatches' | 'isOld'> | null,
): Withholding | null => {
  if (security === 'plain') return null;
  if (!encryption) {
    return { why: 'not-encrypted', says: `the configuration wants ${security} and the conversation was not encrypted` };
  }
  const { trusted, isOld } = encryption;
  if (trust !== 'any' && !isTheOne({ trust }, encryption)) {
    const fault = trusted ? 'does not carry the expected name' : 'is not trusted';
    return { why: 'untrusted-server', says: `the certificate ${fault}, so whoever answers may be somebody else` };
  }
  if (isOld && !allowOldTls) {
    return { why: 'old-tls', says: 'the server speaks only TLS 1.0 or 1.1, and allowOldTls is not set' };
  }
  return null;
};

/** Whether the certificate shows that this is the server that was meant. A pinned one needs no name. */
export const isTheOne = (
  { trust }: Pick<Endpoint, 'trust'>,
  { trusted, nameMatches }: Pick<Encryption, 'trusted' | 'nameMatches'>,
): boolean => trusted === true && (trust.startsWith('sha256:') || nameMatches === true);
