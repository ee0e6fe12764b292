import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, describe, it } from 'vitest';
import { freePort } from './free-port.js';

/**
 * Servers that nobody of this project wrote (Dovecot, Postfix, Jetty, nginx, stunnel), started by the scripts in the folder that
 * `UCCX_PEER_SERVERS` names. Where they are missing, their tests are skipped with one line that says what is missing;
 * with `UCCX_REQUIRE_PEERS=1` they fail.
 */
export type PeerName = 'dovecot' | 'postfix' | 'jetty' | 'nginx' | 'legacy-tls' | 'chaos';
export type Peer = {
  dir: string;
  host: string;
  ports: Record<string, number>;
  user: string;
  password: string;
  ca: string;
  /** The server's own log, as far as it is written. */
  log: () => Promise<string>;
};
export type StartPeer = (name: PeerName, env?: Record<string, string>) => Promise<Peer>;

/** Tests against real servers; each that they start is stopped at the end, whatever happens. */
export const describePeers = (title: string, needs: readonly PeerName[], tests: (start: StartPeer) => void): void => {
  const missing = whatIsMissing(needs);
  if (missing.length === 0) {
    describe(title, () => {
      const running: { name: PeerName; dir: string }[] = [];
      afterAll(async () => {
        await Promise.all(running.map(({ name, dir }) => run(scriptOf(name), ['stop', dir])));
      });
      tests(async (name, env = {}) => {
        const peer = await start(name, env);
        running.push({ name, dir: peer.dir });
        return peer;
      });
    });
    return;
  }
  const says = `${title}: not run, missing ${missing.join(', ')}`;
  if (process.env.UCCX_REQUIRE_PEERS === '1') {
    it(title, () => {
      throw new Error(says);
    });
    return;
  }
  console.warn(says);
  describe.skip(title, () => tests(() => Promise.reject(new Error(says))));
};

const run = promisify(execFile);
const folder = process.env.UCCX_PEER_SERVERS ?? '';
const scriptOf = (name: PeerName) => join(folder, `${name}.sh`);

/**
 * Where each of them is to listen. A script would take ports from the range out of which the system serves everybody, and before its server
 * listens, a second later, somebody may have been given one of them.
 */
const PORTS: Readonly<Record<PeerName, readonly string[]>> = {
  dovecot: ['IMAP_PORT', 'IMAPS_PORT'],
  postfix: ['SMTP_PORT', 'SUBMISSION_PORT', 'SMTPS_PORT'],
  jetty: ['NOTIFY_PORT'],
  nginx: ['HTTP_PORT'],
  'legacy-tls': ['TLS_PORT'],
  chaos: ['CHAOS_PORT'],
};
const freePorts = async (name: PeerName): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(PORTS[name].map(async port => [port, String(await freePort())])));

/** Where it did not come up all the same, it is to choose again. */
const STARTS = 3;

const start = async (name: PeerName, env: Record<string, string>, tries = STARTS): Promise<Peer> => {
  // Only what is meant for it: the scripts read names as common as MODE from the environment.
  const started = run(scriptOf(name), ['start'], {
    env: { PATH: process.env.PATH, ...(await freePorts(name)), ...env },
  });
  const stdout = await started.then(
    given => given.stdout,
    error => (tries > 1 ? null : Promise.reject(error)),
  );
  if (stdout === null) return start(name, env, tries - 1);
  const told = JSON.parse(stdout) as Omit<Peer, 'log'> & { log?: string };
  await FIRST_SESSION[name]?.(told);
  return { ...told, ca: `ca:${told.ca}`, log: () => readFile(told.log ?? '', 'utf8') };
};

/**
 * A server listens before it has a process that answers, or has loaded what it answers with. On a busy machine the first session takes
 * longer than a probe waits, and the test is not about that. Of a server with several services each has processes of its own.
 */
const FIRST_SESSION: { [Name in PeerName]?: (peer: Pick<Peer, 'host' | 'ports'>) => Promise<unknown> } = {
  dovecot: ({ host, ports }) => firstSession(connect(ports.imap ?? 0, host), 'A1 LOGOUT'),
  postfix: ({ host, ports }) =>
    Promise.all([
      firstSession(connect(ports.smtp ?? 0, host), 'QUIT'),
      firstSession(connectTls({ host, port: ports.smtps ?? 0, ...ANYBODY }), 'QUIT'),
    ]),
  jetty: ({ host, ports }) => {
    const socket = connect(ports.notify ?? 0, host);
    socket.write('GET / HTTP/1.1\r\nHost: first\r\nConnection: close\r\n\r\n');
    return firstSession(socket, null);
  },
};

/** Old ones too: the test may be about such a server. */
const ANYBODY = { rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

const firstSession = (socket: Socket, farewell: string | null): Promise<void> =>
  new Promise((done, failed) => {
    socket.once('data', () => {
      socket.off('error', failed).on('error', () => {}); // how it ends does not matter
      if (farewell !== null) socket.write(`${farewell}\r\n`);
    });
    socket.on('error', failed).once('close', () => done());
  });

const INSTALLED: Readonly<Record<PeerName, readonly string[]>> = {
  dovecot: ['/usr/sbin/dovecot'],
  postfix: ['/usr/lib/postfix/sbin/master'],
  jetty: ['/usr/bin/javac', '/usr/share/java/jetty9-server.jar'],
  nginx: ['/usr/sbin/nginx'],
  'legacy-tls': ['/usr/bin/openssl', '/usr/bin/stunnel4'],
  chaos: [],
};
const whatIsMissing = (needs: readonly PeerName[]): string[] => {
  if (folder === '') return ['UCCX_PEER_SERVERS'];
  const files = needs.flatMap(name => [scriptOf(name), ...INSTALLED[name]]).filter(path => !existsSync(path));
  return process.getuid?.() === 0 ? files : [...files, 'the right to start servers (root)'];
};
