import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProbeTimes } from './prober.js';

/*
 * Probers that nobody here wrote: check_imap of the Monitoring Plugins, the blackbox exporter of Prometheus, and a client in C. Each is
 * measured where it is installed; nothing stands in for one that is not.
 */

const run = promisify(execFile);
const CHECK_IMAP = '/usr/lib/nagios/plugins/check_imap';
const BLACKBOX = '/usr/bin/prometheus-blackbox-exporter';

/** `login`: only that, and out again. `same`: the lines of our check, which opens INBOX too. */
export type Lines = 'login' | 'same';
export type Cell = { tls: boolean; atOnce: number; count: number };
export type Place = { host: string; imap: number; imaps: number; user: string; password: string };

/** Null where it is not there, with what is missing. */
export const findRivals = async (peers: string, folder: string) => {
  const compiled = async (name: string): Promise<string | null> => {
    const source = join(peers, 'bench', `${name}.c`);
    if (!existsSync(source)) return null;
    const to = join(folder, name);
    return run('cc', ['-O2', '-o', to, source]).then(
      () => to,
      () => null, // no compiler: said to be missing
    );
  };
  const [client, spawner] = await Promise.all([compiled('raw'), compiled('spawn')]);
  const checkImap = existsSync(CHECK_IMAP) && spawner ? { spawner } : null;
  const missing = [
    ...(checkImap ? [] : [`check_imap (${existsSync(CHECK_IMAP) ? 'cc' : 'Debian package monitoring-plugins-basic'})`]),
    ...(existsSync(BLACKBOX) ? [] : ['prometheus-blackbox-exporter (Debian package of that name)']),
    ...(client ? [] : ['the client in C (cc)']),
  ];
  return { checkImap, blackbox: existsSync(BLACKBOX) ? BLACKBOX : null, client, missing };
};

/** A process for each check, started by a small program, so that starting costs as little as it can. */
export const runCheckImap = async (
  spawner: string,
  place: Place,
  { tls, atOnce, count }: Cell,
  lines: Lines,
): Promise<ProbeTimes> => {
  const { host, imap, imaps, user, password } = place;
  // It sends all of its lines at once, and says LOGOUT by itself.
  const [more, last] = lines === 'same' ? ['A2 SELECT INBOX\\r\\n', 'A2 OK'] : ['', 'A1 OK'];
  const login = ['-E', '-s', `A1 LOGIN ${user} ${password}\\r\\n${more}`, '-e', last];
  const where = ['-H', host, '-p', String(tls ? imaps : imap), '-t', '20', ...(tls ? ['-S'] : [])];
  return told(await output(spawner, [String(count), String(atOnce), CHECK_IMAP, ...where, ...login]));
};

/** Plain only: the floor that any prober is measured against. */
export const runClient = async (client: string, place: Place, { atOnce, count }: Cell): Promise<ProbeTimes> =>
  told(await output(client, [String(place.imap), String(count), String(atOnce), 'login', place.user, place.password]));

const output = async (program: string, args: readonly string[]): Promise<string> =>
  run(program, args).then(
    ({ stdout }) => stdout,
    // Both end with 1 where a check failed, and tell how many.
    (error: { stdout?: string }) => error.stdout || Promise.reject(error),
  );

const told = (line: string): ProbeTimes => {
  const { ok, fail, wall, cpu, p99_ms, err } = JSON.parse(line);
  return { made: ok + fail, ok, wallMs: wall * 1000, cpuMs: cpu * 1000, slowestMs: p99_ms, says: err || null };
};

export type Exporter = {
  port: number;
  path: (tls: boolean, lines: Lines) => string;
  cpuMs: () => Promise<number>;
  stop: () => void;
};

/** The exporter with a module for a login over each of the two; it verifies the certificate as we do. */
export const startExporter = async (
  program: string,
  folder: string,
  place: Place & { ca: string },
): Promise<Exporter> => {
  const { host, imap, imaps, user, password, ca } = place;
  const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
  const login = [
    { expect: '^\\* OK' },
    { send: `A1 LOGIN ${user} ${password}` },
    { expect: '^A1 OK' },
    { send: 'A2 LOGOUT' },
  ];
  const same = [
    { expect: '^\\* OK' },
    { send: `A1 AUTHENTICATE PLAIN ${plain}` },
    { expect: '^A1 OK' },
    { send: 'A2 SELECT INBOX' },
    { expect: '^A2 OK' },
    { send: 'A3 LOGOUT' },
    { expect: '^A3 OK' },
  ];
  const prober = { prober: 'tcp', timeout: '20s' };
  const tls = { tls: true, tls_config: { ca_file: ca, server_name: 'exchange.test' } };
  const modules = {
    'plain-login': { ...prober, tcp: { query_response: login } },
    'tls-login': { ...prober, tcp: { query_response: login, ...tls } },
    'plain-same': { ...prober, tcp: { query_response: same } },
    'tls-same': { ...prober, tcp: { query_response: same, ...tls } },
  };
  const config = join(folder, 'blackbox.yml');
  await writeFile(config, JSON.stringify({ modules })); // every JSON is YAML
  const port = await freePort();
  const child = spawn(
    program,
    [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    {
      stdio: 'ignore',
    },
  );
  const stop = () => child.kill('SIGTERM');
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/-/healthy`).catch(() => null);
    if (up?.ok) break;
    if (tries > 100 || child.exitCode !== null) {
      stop();
      throw new Error('the blackbox exporter did not start');
    }
    await new Promise(again => setTimeout(again, 50));
  }
  return {
    port,
    path: (isTls, lines) => `/probe?target=${host}:${isTls ? imaps : imap}&module=${isTls ? 'tls' : 'plain'}-${lines}`,
    cpuMs: () => cpuMsOf(child.pid as number),
    stop,
  };
};

/** Processor time of a process so far, in clock ticks of a hundredth of a second. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const cpuMsOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
