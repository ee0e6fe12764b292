import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, it } from 'vitest';

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

/** A script takes ports that were free a moment before; where somebody was given one of them meanwhile, it is to choose again. */
const STARTS = 3;

const start = async (name: PeerName, env: Record<string, string>, tries = STARTS): Promise<Peer> => {
  // Only what is meant for it: the scripts read names as common as MODE from the environment.
  const started = run(scriptOf(name), ['start'], { env: { PATH: process.env.PATH, ...env } });
  const stdout = await started.then(
    given => given.stdout,
    error => (tries > 1 ? null : Promise.reject(error)),
  );
  if (stdout === null) return start(name, env, tries - 1);
  const told = JSON.parse(stdout) as Omit<Peer, 'log'> & { log?: string };
  return { ...told, ca: `ca:${told.ca}`, log: () => readFile(told.log ?? '', 'utf8') };
};

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
