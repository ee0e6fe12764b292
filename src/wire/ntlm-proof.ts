import { createHmac } from 'node:crypto';
import { md4 } from './md4.js';

/**
 * What proves to an NTLM server that somebody knows the password, without saying it (MS-NLMP 3.3.2, NTLMv2). There is nothing here
 * of version 1 and of LM, whose answers give the password away to whoever hears them.
 */

/** The key that a password makes for one account. As good as the password: it never leaves this process. */
export const ntlmKey = (user: string, domain: string, password: string): Buffer =>
  hmacMd5(md4(utf16(password)), utf16(upperCase(user) + domain));

export type ProofWishes = {
  key: Buffer;
  serverChallenge: Buffer;
  clientChallenge: Buffer;
  /** Windows file time: 100 ns since 1601. */
  time: bigint;
  /** Attribute-value pairs with their end mark, or nothing. */
  targetInfo: Buffer;
};

/** The answer to the server's challenge, and the key that both sides have from then on. */
export const ntlmProof = ({ key, serverChallenge, clientChallenge, time, targetInfo }: ProofWishes) => {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64LE(time);
  const head = Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), stamp, clientChallenge, Buffer.alloc(4)]);
  const blob = Buffer.concat([head, targetInfo, Buffer.alloc(4)]);
  const proof = hmacMd5(key, serverChallenge, blob);
  return { response: Buffer.concat([proof, blob]), sessionKey: hmacMd5(key, proof) };
};

/** LMv2, for servers that still ask for that field; it is made from the same key. */
export const lmProof = (key: Buffer, serverChallenge: Buffer, clientChallenge: Buffer): Buffer =>
  Buffer.concat([hmacMd5(key, serverChallenge, clientChallenge), clientChallenge]);

export const utf16 = (words: string): Buffer => Buffer.from(words, 'utf16le');

export const hmacMd5 = (key: Buffer, ...parts: Buffer[]): Buffer =>
  createHmac('md5', key).update(Buffer.concat(parts)).digest();

/** One letter for one letter, as Windows does it: `ß` stays. */
const upperCase = (words: string): string =>
  [...words].map(sign => (sign.toUpperCase().length === sign.length ? sign.toUpperCase() : sign)).join('');
