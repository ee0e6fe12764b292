import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import type { Trust } from '../domain/target.js';

/**
 * The certificate authorities that count for one endpoint: those of this machine, where an administrator puts the company's own,
 * and with `ca:` that file beside them. `problem`: why the file could not be read, in the system's word.
 */
export const authoritiesFor = async (trust: Trust): Promise<{ ca: string[]; problem: string | null }> => {
  machine ??= ofMachine();
  const ours = await machine;
  if (!trust.startsWith('ca:')) return { ca: ours, problem: null };
  try {
    return { ca: [...ours, await readFile(trust.slice('ca:'.length), 'utf8')], problem: null };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'failed';
    return { ca: ours, problem: `the authority file cannot be read: ${code}` };
  }
};

let machine: Promise<string[]> | null = null;

/** Node up to 22.14 knows only the list that it carries; later ones ask the system, which is the only way on Windows. */
const ofMachine = async (): Promise<string[]> => {
  const ask = 'getCACertificates' in tls ? (tls.getCACertificates as (kind: string) => string[]) : null;
  if (ask) return [...new Set(['default', 'system'].flatMap(kind => ask(kind)))];
  return [...tls.rootCertificates, ...(await bundle())];
};

/** Where Debian, Red Hat, SUSE and Alpine keep the authorities that the administrator trusts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const bundle = async (): Promise<string[]> => {
  for (const path of BUNDLES) {
    try {
      return [await readFile(path, 'utf8')];
    } catch {
      // Another distribution's place; one without any has the list that Node carries.
    }
  }
  return [];
};
