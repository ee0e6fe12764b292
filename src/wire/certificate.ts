import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Trust } from '../domain/target.js';
import { channelBinding } from './channel-binding.js';
import { quote } from './quote.js';

export type CertificateFacts = {
  subject: string;
  names: string[];
  issuer: string;
  notBefore: string;
  notAfter: string;
  selfSigned: boolean;
  sha256: string;
};

type Read = { sha256: string; facts: CertificateFacts | null; binding: Buffer | null };

/** What lies in the certificate alone. The same one comes with every connection, and reading it takes as long as a round trip. */
export const readCertificate = (certificate: X509Certificate): Read => {
  const sha256 = certificate.fingerprint256;
  const known = alreadyRead.get(sha256);
  if (known) return known;
  if (alreadyRead.size >= MOST) alreadyRead.clear();
  const read = { sha256, facts: factsOf(certificate), binding: channelBinding(certificate.raw) };
  alreadyRead.set(sha256, read);
  return read;
};
const alreadyRead = new Map<string, Read>();
const MOST = 100;

/** What a certificate says of itself; null where its dates are none. */
const factsOf = (certificate: X509Certificate): CertificateFacts | null => {
  const [notBefore, notAfter] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) return null;
  return {
    subject: inOneLine(certificate.subject),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .filter(name => name !== '')
      .slice(0, 100)
      .map(name => quote(name.replace(/^(?:DNS|IP Address):/, ''))),
    issuer: inOneLine(certificate.issuer),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    selfSigned: isSelfSigned(certificate),
    sha256: certificate.fingerprint256,
  };
};

export const carriesName = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name.replace(/\.$/, ''))) !== undefined;

/**
 * Whether the other end is who the endpoint's `trust` wants. A pinned certificate is that one whatever else it says;
 * everything else is OpenSSL's judgement of the chain, also for `any`, where it is only told and stops nothing.
 */
export const judgeTrust = (
  sha256: string,
  trust: Trust,
  chainProblem: string | null,
): { trusted: boolean; trustProblem: string | null } => {
  if (!trust.startsWith('sha256:')) return { trusted: chainProblem === null, trustProblem: chainProblem };
  const same = hex(trust.slice('sha256:'.length)) === hex(sha256);
  return { trusted: same, trustProblem: same ? null : 'another certificate than the pinned one' };
};

const hex = (fingerprint: string) => fingerprint.replaceAll(':', '').toUpperCase();
const inOneLine = (name: string | undefined) => quote((name ?? '').replaceAll('\n', ', '));
const isSelfSigned = (certificate: X509Certificate): boolean => {
  try {
    return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
  } catch {
    return false; // A key of a kind that OpenSSL does not know signs nothing that we could check.
  }
};
