import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { RunId, SiteId } from '../../src/domain/ids.js';
import { MailTarget } from '../../src/domain/target.js';
import { imapLogin } from '../../src/probes/imap-login.js';
import { runProbe } from '../../src/probes/probe.js';

/**
 * Makes many login checks, so many at once, and tells how long they took: ours as a worker makes it, a client of bare sockets, or whoever
 * answers HTTP. A program of its own, started by `fork`, so that its processor time is its own; it does one job after another.
 */
export type ProbeJob = {
  /** `raw` says the same lines as ours and keeps nothing of them; `raw-short` only logs in and out, as the rivals do. */
  who: 'ours' | 'raw' | 'raw-short' | 'http';
  host: string;
  port: number;
  tls: boolean;
  serverName: string;
  caFile: string;
  user: string;
  password: string;
  /** For `http`: what is asked, and what a good answer holds. */
  path?: string;
  wanted?: string;
  /** So many before the first job over this protocol, not counted. */
  warmUp: number;
  count: number;
  atOnce: number;
  /** Whether a good check is one that ends with a refusal. */
  refused?: boolean;
};
export type ProbeTimes = {
  made: number;
  ok: number;
  wallMs: number;
  cpuMs: number;
  slowestMs: number;
  says: string | null;
};

type Check = () => Promise<string | null>;

const ours = ({ host, port, tls, serverName, caFile, user, password, refused }: ProbeJob): Check => {
  const place = { host, port, security: tls ? 'tls' : 'plain', serverName, trust: `ca:${caFile}` };
  const target = MailTarget.parse({
    kind: 'uccx-mail',
    id: 'bench',
    exchange: { servers: ['EX01'], version: '2016' },
    desktop: 'cad',
    agents: 0,
    mailbox: { user, password: 'env:UNUSED' },
    imap: place,
    smtp: place,
  });
  const order = {
    run: RunId.parse('bench-of-checks'),
    probe: imapLogin.id,
    site: SiteId.parse('hq'),
    vantages: ['uccx-side' as const],
    target: target.id,
    budgetMs: imapLogin.budgetMs,
    loginAnyway: false,
  };
  const crashes: unknown[] = [];
  const deps = {
    clock: { now: Date.now },
    login: async () => ({ is: 'granted' as const, user, password, settle: async () => {} }),
    onCrash: (error: unknown) => crashes.push(error),
  };
  const wanted = refused ? 'refused' : 'selected';
  // Whoever orders a check has made it: the queue for each job, the command line for a whole run.
  const { signal } = new AbortController();
  return async () => {
    const seen = await runProbe(imapLogin, order, target, signal, deps);
    if (seen.is === 'silent') return `${seen.says}: ${crashes[0]}`;
    const last = seen.evidence.findLast(({ kind }) => kind === (refused ? 'imap-login' : 'imap-select'));
    const isGood = last && 'outcome' in last && last.outcome === wanted && seen.transcript.length > 5;
    return isGood ? null : JSON.stringify(last ?? seen.transcript.at(-1));
  };
};

/** Every answer is waited for; the last line gets its farewell. */
const raw = ({ who, host, port, tls, serverName, caFile, user, password }: ProbeJob): Check => {
  const secureContext = createSecureContext({ ca: readFileSync(caFile) });
  const login = `AUTHENTICATE PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
  const said = who === 'raw' ? [login, 'SELECT INBOX', 'LOGOUT'] : [`LOGIN ${user} ${password}`, 'LOGOUT'];
  return () =>
    new Promise(resolve => {
      const socket: Socket = tls
        ? connectTls({ host, port, secureContext, servername: serverName })
        : connectTcp({ host, port, noDelay: true });
      let heard = '';
      let at = 0;
      const end = (fault: string | null) => {
        socket.removeAllListeners('close');
        if (fault === null) socket.end();
        else socket.destroy();
        resolve(fault);
      };
      socket.setEncoding('latin1');
      socket.on('data', (words: string) => {
        heard += words;
        const awaited = at === 0 ? '* OK' : `A${at} OK`;
        const line = heard.lastIndexOf('\n', heard.length - 2) + 1;
        if (!heard.endsWith('\n') || !heard.startsWith(awaited, line)) {
          if (at > 0 && heard.startsWith(`A${at} `, line)) end(heard);
          return;
        }
        heard = '';
        if (at === said.length) return end(null);
        at += 1;
        socket.write(`A${at} ${said[at - 1]}\r\n`);
      });
      socket.on('error', error => end(error.message));
      socket.on('close', () => end('closed'));
    });
};

/** Asks a running exporter over connections that stay open, so that asking costs little. */
const http = ({ host, port, path, wanted = '' }: ProbeJob): Check => {
  const idle: Socket[] = [];
  return async () => {
    const socket = idle.pop() ?? connectTcp({ host, port, noDelay: true });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
    const answer = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const hear = (bytes: Buffer) => {
        heard += bytes.toString('latin1');
        const length = /\r\ncontent-length: (\d+)\r\n/i.exec(heard)?.[1];
        const begin = heard.indexOf('\r\n\r\n') + 4;
        if (begin < 4 || (length ? heard.length < begin + Number(length) : !heard.endsWith('\r\n0\r\n\r\n'))) return;
        socket.off('data', hear).off('error', reject);
        resolve(heard);
      };
      socket.on('data', hear).once('error', reject);
    });
    idle.push(socket);
    return answer.includes(wanted) ? null : answer.slice(-200);
  };
};

const CHECKS = { ours, raw, 'raw-short': raw, http };

const made = async (check: Check, count: number, atOnce: number): Promise<Omit<ProbeTimes, 'cpuMs'>> => {
  let begun = 0;
  let ok = 0;
  let slowestMs = 0;
  let says: string | null = null;
  const lane = async () => {
    while (begun < count) {
      begun += 1;
      const since = performance.now();
      const fault = await check();
      slowestMs = Math.max(slowestMs, performance.now() - since);
      if (fault === null) ok += 1;
      else says ??= fault;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { made: count, ok, slowestMs, says, wallMs: performance.now() - began };
};

const WARM_UP_AT_ONCE = 50;
const isWarm = { tls: false, plain: false };

process.on('message', async (job: ProbeJob) => {
  const check = CHECKS[job.who](job);
  const kind = job.tls ? 'tls' : 'plain';
  if (!isWarm[kind]) await made(check, job.warmUp, WARM_UP_AT_ONCE);
  isWarm[kind] = true;
  const before = process.cpuUsage();
  const times = await made(check, job.count, job.atOnce);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ...times, cpuMs: (user + system) / 1000 } satisfies ProbeTimes);
});
process.once('disconnect', () => process.exit());
