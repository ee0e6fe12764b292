import { createHash } from 'node:crypto';

/**
 * What ties an NTLM proof to one TLS session (`tls-server-end-point`, RFC 5929; MS-NLMP 2.2.2.1, MsvAvChannelBindings), so that whoever
 * ends that TLS session cannot hand the proof on to another server that looks at it.
 * @param certificate in DER; null where it cannot be read or is signed in a way that names no digest
 */
export const channelBinding = (certificate: Buffer): Buffer | null => {
  const digest = digestOf(certificate);
  if (!digest) return null;
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(digest).update(certificate).digest()]);
  const head = Buffer.alloc(20); // no addresses of either side, then the length of the data
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
};

/** The digest of the certificate's signature; SHA-256 in place of MD5 and SHA-1 (RFC 5929, 4.1). */
const digestOf = (certificate: Buffer): string | null => {
  const outer = element(certificate, 0);
  const signed = outer && element(certificate, outer.from);
  const algorithm = signed && element(certificate, signed.to);
  const oid = algorithm && element(certificate, algorithm.from);
  return oid ? (DIGESTS[certificate.subarray(oid.from, oid.to).toString('hex')] ?? null) : null;
};

/** One DER element: where its content begins and ends. */
const element = (der: Buffer, at: number): { from: number; to: number } | null => {
  const first = der[at + 1];
  if (first === undefined) return null;
  const long = first > 0x80 ? first - 0x80 : 0;
  if (long > 4 || at + 2 + long > der.length) return null;
  const length = long === 0 ? first : der.readUIntBE(at + 2, long);
  const from = at + 2 + long;
  return from + length <= der.length ? { from, to: from + length } : null;
};

/** Signature algorithms by object identifier: RSA (1.2.840.113549.1.1) and ECDSA (1.2.840.10045.4). */
const DIGESTS: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // MD5
  '2a864886f70d010105': 'sha256', // SHA-1
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d0401': 'sha256', // SHA-1
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};
