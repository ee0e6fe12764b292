import { generateKeyPairSync } from 'node:crypto';
import tls from 'node:tls';
import forge from 'node-forge';

/** A certificate of its own authority for Microsoft's hosts, worthless outside this process. */
export const microsoftCertificate = (names: readonly string[]): { key: string; cert: string } => {
  const { privateKey: key } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  certificate.setSubject([{ name: 'commonName', value: 'uccx-doctor lab' }]);
  certificate.setIssuer([{ name: 'commonName', value: 'uccx-doctor lab' }]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'subjectAltName', altNames: names.map(value => ({ type: 2, value })) },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(certificate) };
};

/**
 * Sends this process's TLS connections for `names` to another port of loopback and trusts `ca` there, and nothing else: what a hosts
 * file and a trusted authority do for a machine. Gives the way back.
 */
export const redirectTls = (names: readonly string[], port: number, ca: string): (() => void) => {
  const real = tls.connect;
  // biome-ignore lint/suspicious/noExplicitAny: the many signatures of one function
  const redirected = (...args: any[]) => {
    const [options] = args;
    const name = options?.servername || options?.host;
    if (!names.includes(name)) return Reflect.apply(real, tls, args);
    const { socket: _, path: __, ...rest } = options;
    return Reflect.apply(real, tls, [{ ...rest, host: '127.0.0.1', port, servername: name, ca }, ...args.slice(1)]);
  };
  tls.connect = redirected as typeof tls.connect;
  return () => {
    tls.connect = real;
  };
};
