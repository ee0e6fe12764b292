import { generateKeyPair, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** The name that the lab's Exchange servers go by. */
export const SERVER_NAME = 'ex01.contoso.test';

/** `good` carries SERVER_NAME and is valid today; `expired` ended some weeks ago; `wrong-host` carries another name. */
type CertificateKind = 'good' | 'expired' | 'wrong-host';

/** A private authority and server certificates below it, whose keys no other process has. */
export type Certificates = {
  /** The authority as PEM and as a file: what `trust: ca:<file>` points at. */
  readonly ca: string;
  readonly caFile: string;
  readonly context: (kind: CertificateKind) => SecureContext;
  /** Speaks TLS 1.0 and nothing newer, as an Exchange 2010 without updates does. */
  readonly oldContext: () => SecureContext;
};

const DAY_MS = 86_400_000;
const newKey = async (): Promise<Key> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { pem: privateKey, forge: forge.pki.privateKeyFromPem(privateKey) };
};
type Key = { pem: string; forge: forge.pki.rsa.PrivateKey };

/** Making keys takes most of a start: a process makes them once, and each lab signs certificates of its own with them. */
let keys: Promise<[Key, Key]> | null = null;
const bothKeys = (): Promise<[Key, Key]> => {
  keys ??= Promise.all([newKey(), newKey()]);
  return keys;
};

/** Makes the authority and its certificates; the authority's certificate is written into `folder`, no private key ever is. */
export const makeCertificates = async (folder: string, now = Date.now()): Promise<Certificates> => {
  const [caKey, serverKey] = await bothKeys();
  const authority = { name: 'uccx-doctor lab CA', key: caKey };
  const ca = certify({ subject: authority, names: [], from: now - DAY_MS, to: now + 3650 * DAY_MS, by: authority });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca);

  const server = (name: string, from: number, to: number) => ({
    key: serverKey.pem,
    cert: certify({ subject: { name, key: serverKey }, names: [name], from, to, by: authority }),
  });
  const make = {
    good: () => server(SERVER_NAME, now - DAY_MS, now + 397 * DAY_MS),
    expired: () => server(SERVER_NAME, now - 437 * DAY_MS, now - 40 * DAY_MS),
    'wrong-host': () => server('mail.retired.test', now - DAY_MS, now + 397 * DAY_MS),
  };
  const contexts = {
    good: once(() => createSecureContext({ ...make.good(), minVersion: 'TLSv1.2' })),
    expired: once(() => createSecureContext({ ...make.expired(), minVersion: 'TLSv1.2' })),
    'wrong-host': once(() => createSecureContext({ ...make['wrong-host'](), minVersion: 'TLSv1.2' })),
  };
  return {
    ca,
    caFile,
    context: kind => contexts[kind](),
    // Security level 0: today's OpenSSL refuses the SHA-1 signatures of TLS 1.0 above it.
    oldContext: once(() =>
      createSecureContext({
        ...make.good(),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    ),
  };
};

/** Made when a server first wants it, and shared by those that follow: many labs have a use for one of them only. */
const once = (make: () => SecureContext): (() => SecureContext) => {
  let made: SecureContext | null = null;
  return () => {
    made ??= make();
    return made;
  };
};

type Party = { name: string; key: Key };

const certify = (wanted: { subject: Party; names: string[]; from: number; to: number; by: Party }): string => {
  const { subject, names, by } = wanted;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(subject.key.forge.n, subject.key.forge.e);
  // Positive, and never with two zero bytes in front, which DER does not allow: one random number in some hundreds would have them.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(wanted.from);
  certificate.validity.notAfter = new Date(wanted.to);
  certificate.setSubject([{ name: 'commonName', value: subject.name }]);
  certificate.setIssuer([{ name: 'commonName', value: by.name }]);
  const isAuthority = subject === by;
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority, critical: true },
    { name: 'subjectKeyIdentifier' },
    ...(isAuthority
      ? [{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }]
      : [
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map(value => ({ type: DNS_NAME, value })) },
        ]),
  ]);
  certificate.sign(by.key.forge, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
};

/** RFC 5280, GeneralName: the tag of dNSName. */
const DNS_NAME = 2;
