import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { envFor } from '../../src/store/embedded-redis/redis-program.js';
import { WATCHDOG } from '../../src/store/embedded-redis/watchdog.js';
import { freePort } from '../support/free-port.js';
import { redisProgram } from '../support/redis.js';

const run = promisify(execFile);

/** A Redis with settings of the test's own, as an administrator may have one: with TLS, users, Sentinels. */
export type OtherRedis = { port: number; folder: string; kill: () => Promise<void> };

export const otherRedis = async (
  settings: (port: number, folder: string) => Promise<string[]> | string[],
  options: readonly string[] = [],
): Promise<OtherRedis> => {
  const program = await redisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'uccx-other-'));
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  await writeFile(
    file,
    ['bind 127.0.0.1', 'save ""', `dir ${folder}`, ...(await settings(port, folder)), ''].join('\n'),
  );
  // As the product's own Redis does it: a run that is interrupted, however that is, leaves no server behind.
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', join(folder, 'lock'), program.program, file, ...options], {
    env: envFor(program, process.env),
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const leash = child.stdio[3] as Socket;
  leash.on('error', () => {}); // the watchdog is gone first: nobody is left to tell
  child.once('exit', () => leash.end('done\n'));
  await ready(child);
  return {
    port,
    folder,
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let log = '';
    child.stdout?.on('data', bytes => {
      log += bytes;
      if (/Ready to accept connections|Sentinel ID is|\+monitor master/.test(log)) resolve();
    });
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${log}`)));
  });

/** A certificate authority of our own, and a certificate that it signed for localhost and 127.0.0.1. */
export const certificates = async (folder: string): Promise<{ ca: string; cert: string; key: string }> => {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const keys = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl('req', '-x509', ...keys, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '2');
  await openssl('req', ...keys, '-keyout', 'redis.key', '-out', 'redis.csr', '-subj', '/CN=localhost');
  await writeFile(file('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  await openssl(
    ...['x509', '-req', '-in', 'redis.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'redis.pem', '-days', '2', '-extfile', 'names'],
  );
  return { ca: file('ca.pem'), cert: file('redis.pem'), key: file('redis.key') };
};
