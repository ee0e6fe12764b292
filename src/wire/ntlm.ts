import { randomBytes } from 'node:crypto';
import { hmacMd5, lmProof, ntlmKey, ntlmProof, utf16 } from './ntlm-proof.js';

/**
 * The three messages of an NTLM login (MS-NLMP 2.2.1). We ask for NTLMv2 with Unicode and for nothing that would protect what follows:
 * that is the job of TLS. Everything in a challenge is a stranger's until it is read.
 */

/** `DOMAIN\user`, `DOMAIN/user` or a UPN. Null for `DOMAIN/user/mailbox`: NTLM has no word for the mailbox of somebody else. */
export const ntlmName = (user: string): { domain: string; name: string } | null => {
  const parts = user.split(/[\\/]/);
  if (parts.length > 2) return null;
  const [first = '', second] = parts;
  return second === undefined ? { domain: '', name: first } : { domain: first, name: second };
};

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const FLAG = { unicode: 0x1, ntlm: 0x200, targetInfo: 0x800000 };
/** Unicode, target's name, NTLM, always sign, extended session security, 128 and 56 bits. */
const WANTED = 0xa0088205;

/** Says what we can do. */
export const ntlmNegotiate = (): Buffer => {
  const message = Buffer.alloc(32);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(WANTED, 12);
  return message;
};

/** What the target information is made of (2.2.2.1). */
type AvPair = { id: number; value: Buffer };
const AV = { end: 0, computer: 1, domain: 2, dnsComputer: 3, flags: 6, time: 7, channelBinding: 10 };

export type NtlmChallenge = {
  bytes: Buffer;
  flags: number;
  serverChallenge: Buffer;
  /** Null where the server gave none. */
  target: AvPair[] | null;
};
export type ReadChallenge = { is: 'read'; challenge: NtlmChallenge } | { is: 'bad'; says: string };

/** Windows sends some hundred bytes. What is larger would only be sent back in our answer. */
const MAX_CHALLENGE_BYTES = 4096;

export const readNtlmChallenge = (bytes: Buffer): ReadChallenge => {
  if (bytes.length > MAX_CHALLENGE_BYTES) return bad(`it has ${bytes.length} bytes`);
  if (bytes.length < 32) return bad(`it has ${bytes.length} bytes and at least 32 are needed`);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return bad('its signature is not NTLMSSP');
  if (bytes.readUInt32LE(8) !== 2) return bad(`it is message ${bytes.readUInt32LE(8)} and not 2`);
  const flags = bytes.readUInt32LE(20);
  if ((flags & FLAG.unicode) === 0) return bad('the server does not take Unicode');
  if ((flags & FLAG.ntlm) === 0) return bad('the server does not offer NTLM in it');
  const serverChallenge = bytes.subarray(24, 32);
  const length = bytes.length >= 48 && (flags & FLAG.targetInfo) !== 0 ? bytes.readUInt16LE(40) : 0;
  if (length === 0) return { is: 'read', challenge: { bytes, flags, serverChallenge, target: null } };
  const from = bytes.readUInt32LE(44);
  if (from < 48 || from + length > bytes.length) return bad('its target information lies outside of it');
  const target = readPairs(bytes.subarray(from, from + length));
  return target
    ? { is: 'read', challenge: { bytes, flags, serverChallenge, target } }
    : bad('its target information cannot be read');
};
const bad = (says: string): ReadChallenge => ({ is: 'bad', says });

const readPairs = (info: Buffer): AvPair[] | null => {
  const pairs: AvPair[] = [];
  for (let at = 0; at + 4 <= info.length; ) {
    const [id, length] = [info.readUInt16LE(at), info.readUInt16LE(at + 2)];
    if (id === AV.end) return length === 0 ? pairs : null;
    if (at + 4 + length > info.length) return null;
    pairs.push({ id, value: info.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return null; // no end mark
};

/** Who the server says that it is: its name in DNS where it gives one, and its domain. */
export const namesIn = ({ target }: NtlmChallenge): string[] =>
  [AV.dnsComputer, AV.computer, AV.domain].flatMap(id => {
    const value = target?.find(pair => pair.id === id)?.value;
    return value && value.length > 0 ? [value.toString('utf16le')] : [];
  });

export type NtlmLogin = {
  user: string;
  password: string;
  /** MsvAvChannelBindings: ties the proof to the certificate of the TLS session; null without encryption. */
  channelBinding: Buffer | null;
};
export type NtlmChance = { clientChallenge: Buffer; now: bigint };
const chance = (): NtlmChance => ({
  clientChallenge: randomBytes(8),
  now: (BigInt(Date.now()) + UNIX_EPOCH) * 10_000n,
});
/** 1970 in the time of Windows, in milliseconds since 1601. */
const UNIX_EPOCH = 11_644_473_600_000n;

/**
 * Proves that we know the password (NTLMv2). Where the server gives its time, the answer carries a code over all three messages, so
 * that nobody in between can have weakened what was agreed.
 */
export const ntlmAuthenticate = (
  { user, password, channelBinding }: NtlmLogin,
  { bytes, flags, serverChallenge, target }: NtlmChallenge,
  { clientChallenge, now }: NtlmChance = chance(),
): Buffer => {
  const { domain, name } = ntlmName(user) ?? { domain: '', name: user };
  const stamp = target?.find(({ id, value }) => id === AV.time && value.length === 8)?.value;
  const key = ntlmKey(name, domain, password);
  const { response, sessionKey } = ntlmProof({
    key,
    serverChallenge,
    clientChallenge,
    time: stamp ? stamp.readBigUInt64LE() : now,
    targetInfo: target
      ? writePairs(answered(target, { signed: stamp !== undefined, channelBinding }))
      : Buffer.alloc(0),
  });
  const lm = stamp ? Buffer.alloc(24) : lmProof(key, serverChallenge, clientChallenge);
  const parts = [lm, response, utf16(domain), utf16(name), Buffer.alloc(0), Buffer.alloc(0)];
  const head = Buffer.alloc(stamp ? 88 : 72);
  SIGNATURE.copy(head);
  head.writeUInt32LE(3, 8);
  let at = head.length;
  for (const [index, part] of parts.entries()) {
    head.writeUInt16LE(part.length, 12 + 8 * index);
    head.writeUInt16LE(part.length, 14 + 8 * index);
    head.writeUInt32LE(at, 16 + 8 * index);
    at += part.length;
  }
  head.writeUInt32LE((flags & (WANTED | FLAG.targetInfo)) >>> 0, 60);
  const message = Buffer.concat([head, ...parts]);
  if (stamp) hmacMd5(sessionKey, ntlmNegotiate(), bytes, message).copy(message, 72);
  return message;
};

/** What of the target information goes back: the server's pairs, and ours in place of what only a client says. */
const answered = (
  target: readonly AvPair[],
  { signed, channelBinding }: { signed: boolean; channelBinding: Buffer | null },
): AvPair[] => {
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(2); // the message carries an integrity code
  return [
    ...target.filter(({ id }) => id !== AV.flags && id !== AV.channelBinding),
    ...(signed ? [{ id: AV.flags, value: flags }] : []),
    ...(channelBinding ? [{ id: AV.channelBinding, value: channelBinding }] : []),
  ];
};

const writePairs = (pairs: readonly AvPair[]): Buffer =>
  Buffer.concat(
    [...pairs, { id: AV.end, value: Buffer.alloc(0) }].flatMap(({ id, value }) => {
      const head = Buffer.alloc(4);
      head.writeUInt16LE(id);
      head.writeUInt16LE(value.length, 2);
      return [head, value];
    }),
  );
