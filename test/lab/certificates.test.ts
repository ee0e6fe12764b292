import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { type ConnectionOptions, connect, type SecureContext, TLSSocket } from 'node:tls';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { temporaryFolders } from './folder.js';

const newFolder = temporaryFolders();

let folder: string;
let certificates: Certificates;
const ends: (() => void)[] = [];
beforeAll(async () => {
  folder = await newFolder();
  certificates = await makeCertificates(folder);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What a client that trusts the authority makes of a server with this context. */
const handshake = async (secureContext: SecureContext, options: ConnectionOptions = {}): Promise<string> => {
  const server = createServer(socket => {
    new TLSSocket(
      socket.on('error', () => {}),
      { isServer: true, secureContext },
    ).on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername: SERVER_NAME, ca: certificates.ca, ...options });
  ends.push(() => {
    client.destroy();
    server.close();
  });
  return new Promise(resolve => {
    client.once('secureConnect', () => resolve(client.getProtocol() ?? ''));
    client.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message));
  });
};

it('writes the authority and no private key', async () => {
  expect(await readdir(folder)).toEqual(['ca.pem']);
  const pem = await readFile(certificates.caFile, 'utf8');
  expect(pem).not.toContain('PRIVATE KEY');
  const authority = new X509Certificate(pem);
  expect(authority.serialNumber).toMatch(/^01[0-9A-F]{30}$/); // «illegal padding» now and then, where zero bytes led
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
});

it.each([
  { kind: 'good', comes: 'TLSv1.3' },
  { kind: 'expired', comes: 'CERT_HAS_EXPIRED' },
  { kind: 'wrong-host', comes: 'ERR_TLS_CERT_ALTNAME_INVALID' },
] as const)('a client meets $comes with the $kind certificate', async ({ kind, comes }) => {
  expect(await handshake(certificates.context(kind))).toBe(comes);
});

it('is trusted by nobody who does not know the authority', async () => {
  const outcome = await handshake(certificates.context('good'), { ca: undefined });
  expect(outcome).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

it('speaks TLS 1.0 and nothing newer with the old context', async () => {
  expect(await handshake(certificates.oldContext())).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  expect(await handshake(certificates.oldContext(), old)).toBe('TLSv1');
});
