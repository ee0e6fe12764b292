import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { ntHash } from './nt-hash.js';

/**
 * The server's side of NTLM as a domain member speaks it, written from MS-NLMP and not from our client: it finds every field by its
 * offset, counts the proof itself, and takes neither NTLM version 1 nor a message that was changed on its way.
 */
export type NtlmPeer = {
  /** Message 2, in answer to message 1; null where that is none. */
  readonly challenge: (negotiate: Buffer) => Buffer | null;
  /** Message 3: who claims to be it, and whether the proof holds for a password. Null where it is none. */
  readonly claim: (authenticate: Buffer) => NtlmClaim | null;
};
type NtlmClaim = {
  /** `DOMAIN\user`, or the user alone. */
  user: string;
  holds: (password: string) => boolean;
  /** Why it never holds, whatever the password; null where nothing speaks against it. */
  flaw: string | null;
};

/** Present flags: Unicode, request target, NTLM, always sign, target is a domain, extended security, target information, 128, 56. */
const FLAGS = (0x1 | 0x4 | 0x200 | 0x8000 | 0x10000 | 0x80000 | 0x800000) + 0x20000000 + 0x80000000;
/** 100-nanosecond steps from 1601 to 1970. */
const EPOCH_STEPS = 116_444_736_000_000_000n;

/** @param tls the session that carries it: a proof that is bound to another one is no proof */
export const ntlmPeer = (names: { computer: string; domain: string }, tls: TLSSocket | null): NtlmPeer => {
  const nonce = randomBytes(8);
  const now = BigInt(Date.now()) * 10_000n + EPOCH_STEPS;
  let hello: Buffer | null = null;
  let question: Buffer | null = null;
  return {
    challenge: negotiate => {
      if (typeOf(negotiate) !== 1) return null;
      hello = negotiate;
      question = messageTwo(names, nonce, now);
      return question;
    },
    claim: authenticate => {
      if (typeOf(authenticate) !== 3 || !hello || !question) return null;
      const view = fieldsOf(authenticate);
      if (!view) return null;
      const blob = view.nt.subarray(16);
      const flaw = flawIn(view, blob, now, tls);
      const domain = wide(view.domain);
      const name = wide(view.user);
      return {
        user: domain === '' ? name : `${domain}\\${name}`,
        flaw,
        holds: password => {
          if (flaw) return false;
          const ownerKey = mac(ntHash(password), Buffer.from(name.toUpperCase() + domain, 'utf16le'));
          const proof = mac(ownerKey, Buffer.concat([nonce, blob]));
          if (!timingSafeEqual(proof, view.nt.subarray(0, 16))) return false;
          const unsealed = Buffer.from(authenticate).fill(0, 72, 88);
          const seal = mac(mac(ownerKey, proof), Buffer.concat([hello ?? nonce, question ?? nonce, unsealed]));
          return timingSafeEqual(seal, authenticate.subarray(72, 88));
        },
      };
    },
  };
};

const typeOf = (message: Buffer): number =>
  message.length >= 32 && message.toString('latin1', 0, 8) === 'NTLMSSP\0' ? message.readUInt32LE(8) : 0;

const messageTwo = ({ computer, domain }: { computer: string; domain: string }, nonce: Buffer, now: bigint): Buffer => {
  const target = Buffer.from(domain, 'utf16le');
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64LE(now);
  const info = Buffer.concat([
    pair(2, target),
    pair(1, Buffer.from(computer.split('.')[0]?.toUpperCase() ?? '', 'utf16le')),
    pair(3, Buffer.from(computer, 'utf16le')),
    pair(7, stamp),
    pair(0, Buffer.alloc(0)),
  ]);
  const fixed = Buffer.alloc(56);
  fixed.write('NTLMSSP\0', 'latin1');
  fixed.writeUInt32LE(2, 8);
  place(fixed, 12, target.length, 56);
  fixed.writeUInt32LE(FLAGS >>> 0, 20);
  nonce.copy(fixed, 24);
  place(fixed, 40, info.length, 56 + target.length);
  return Buffer.concat([fixed, target, info]);
};

const place = (message: Buffer, at: number, length: number, offset: number) => {
  message.writeUInt16LE(length, at);
  message.writeUInt16LE(length, at + 2);
  message.writeUInt32LE(offset, at + 4);
};
const pair = (id: number, value: Buffer): Buffer => {
  const whole = Buffer.alloc(4 + value.length);
  whole.writeUInt16LE(id, 0);
  whole.writeUInt16LE(value.length, 2);
  value.copy(whole, 4);
  return whole;
};

type Fields = { lm: Buffer; nt: Buffer; domain: Buffer; user: Buffer };
const fieldsOf = (message: Buffer): Fields | null => {
  if (message.length < 88) return null;
  const at = (offset: number): Buffer | null => {
    const [length, from] = [message.readUInt16LE(offset), message.readUInt32LE(offset + 4)];
    return from + length <= message.length && (length === 0 || from >= 88)
      ? message.subarray(from, from + length)
      : null;
  };
  const [lm, nt, domain, user] = [at(12), at(20), at(28), at(36)];
  return lm && nt && domain && user ? { lm, nt, domain, user } : null;
};

const flawIn = ({ lm, nt }: Fields, blob: Buffer, now: bigint, tls: TLSSocket | null): string | null => {
  if (nt.length < 48) return 'the answer is of NTLM version 1';
  if (lm.some(byte => byte !== 0)) return 'an LM answer goes with it, though the time was given';
  if (blob.readUInt16LE(0) !== 0x0101) return 'the version of the answer is not 1';
  if (blob.readBigUInt64LE(8) !== now) return 'the time is not the one that was given';
  const said = pairsIn(blob.subarray(28));
  if (said.get(3)?.equals(Buffer.alloc(0)) !== false) return 'the names that were given do not come back';
  if (((said.get(6)?.readUInt32LE(0) ?? 0) & 2) === 0) return 'no integrity code is announced';
  const bound = said.get(10);
  if (tls && !bound?.equals(bindingOf(tls))) return 'it is not bound to this TLS session';
  return !tls && bound?.some(byte => byte !== 0) ? 'it is bound to a TLS session, and there is none' : null;
};

const pairsIn = (bytes: Buffer): Map<number, Buffer> => {
  const pairs = new Map<number, Buffer>();
  let rest = bytes;
  while (rest.length >= 4 && rest.readUInt16LE(0) !== 0) {
    const end = 4 + rest.readUInt16LE(2);
    pairs.set(rest.readUInt16LE(0), rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return pairs;
};

/** RFC 5929 `tls-server-end-point` in the dress of RFC 2743; the lab's certificates are signed with SHA-256. */
const bindingOf = (tls: TLSSocket): Buffer => {
  const own = tls.getX509Certificate()?.raw ?? Buffer.alloc(0);
  const words = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash('sha256').update(own).digest()]);
  const struct = Buffer.alloc(20 + words.length);
  struct.writeUInt32LE(words.length, 16);
  words.copy(struct, 20);
  return createHash('md5').update(struct).digest();
};

const wide = (bytes: Buffer): string => bytes.toString('utf16le');
const mac = (key: Buffer, data: Buffer): Buffer => createHmac('md5', key).update(data).digest();
