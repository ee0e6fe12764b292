import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import tls, { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Trust } from '../domain/target.js';
import { whyText } from '../domain/why-text.js';

type Versions = Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'>;
export type Authorities = { context: SecureContext; problem: string | null };

/**
 * The certificate authorities that count for one endpoint: those of this machine, where an administrator puts the company's own,
 * and with `ca:` that file beside them. `problem`: why the file could not be used. Reading the authorities of a machine takes the
 * processor a tenth of a second, so what they give is kept, also for those who ask meanwhile, and made anew only where the file has changed.
 */
export const authoritiesFor = async (trust: Trust, versions: Versions): Promise<Authorities> => {
  const file = trust.startsWith('ca:') ? trust.slice('ca:'.length) : null;
  const state = file === null ? '' : stateOf(file);
  const key = `${versions.minVersion} ${versions.maxVersion} ${versions.ciphers} ${file}`;
  const kept = contexts.get(key);
  if (kept && kept.state === state) return kept.made;
  const made = make(file, versions);
  contexts.set(key, { state, made });
  made.catch(() => contexts.delete(key));
  return made;
};

/** By file and versions: as many as there are endpoints with a file of their own, and two. */
const contexts = new Map<string, { state: string; made: Promise<Authorities> }>();

const make = async (file: string | null, versions: Versions): Promise<Authorities> => {
  const own = file === null ? { text: null, problem: null } : await read(file);
  const ours = await ofThisMachine();
  const ca = own.text === null ? ours : [...ours, own.text];
  return { context: createSecureContext({ ...versions, ca }), problem: own.problem };
};

/**
 * Another one whenever the file is another, or was written: every write sets the time of its change.
 * Asked at once and not by another thread, which would cost ten times as much, for each connection.
 */
const stateOf = (file: string): string => {
  try {
    const { ino, size, ctimeNs } = statSync(file, { bigint: true });
    return `${ino} ${size} ${ctimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  }
};

type Own = { text: string | null; problem: string | null };
const read = async (file: string): Promise<Own> => {
  try {
    const text = await readFile(file, 'utf8');
    return holdsCertificate(text)
      ? { text, problem: null }
      : { text: null, problem: 'the authority file holds no certificate' };
  } catch (error) {
    return {
      text: null,
      problem: `the authority file cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`,
    };
  }
};

const holdsCertificate = (text: string): boolean => {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false; // OpenSSL's words say nothing to an administrator
  }
};

let machine: Promise<string[]> | null = null;
const ofThisMachine = (): Promise<string[]> => {
  machine ??= ofMachine().catch(error => {
    machine = null;
    throw error;
  });
  return machine;
};

/** Node up to 22.14 knows only the list that it carries; later ones ask the system, which is the only way on Windows. */
const ofMachine = async (): Promise<string[]> => {
  const ask = 'getCACertificates' in tls ? (tls.getCACertificates as (kind: string) => string[]) : null;
  if (ask) return [...new Set(['default', 'system'].flatMap(kind => ask(kind)))];
  // Most stand in both, and OpenSSL would read each twice for every context.
  const each = [...tls.rootCertificates, ...(await bundle())].map(pem => [pem.replaceAll(/\s/g, ''), pem] as const);
  return [...new Map(each).values()];
};

/** Where Debian, Red Hat, SUSE and Alpine keep the authorities that the administrator trusts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const bundle = async (): Promise<string[]> => {
  for (const path of BUNDLES) {
    try {
      return (await readFile(path, 'utf8')).match(CERTIFICATES) ?? [];
    } catch {
      // Another distribution's place; one without any has the list that Node carries.
    }
  }
  return [];
};
