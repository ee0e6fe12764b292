import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import type { ClimbOrder } from './ladder-climber.js';

const SESSIONS = 2_400;

type Place = Pick<ClimbOrder, 'host' | 'port' | 'serverName' | 'caFile' | 'user' | 'password'>;
export type LadderServer = {
  name: string;
  sessions: number;
  rounds: number;
  start: () => Promise<Place & { stop: () => Promise<unknown> }>;
};

/** Who is climbed, and how far; the second list says what is not, and why. */
export const ladderServers = (): { servers: LadderServer[]; missing: string[] } => {
  const peers = process.env.UCCX_PEER_SERVERS;
  if (!peers || !existsSync('/usr/sbin/dovecot')) {
    return {
      servers: [lab],
      missing: ['UCCX_PEER_SERVERS names no folder with a Dovecot, so only the lab was climbed.'],
    };
  }
  const servers = [lab, ...MODELS.map(model => dovecot(peers, model))];
  const short = servers.filter(({ sessions }) => sessions < SESSIONS);
  return {
    servers,
    missing: short.map(({ name, sessions }) => `${name}: only ${sessions} sessions, for want of memory here.`),
  };
};

const lab: LadderServer = {
  name: 'lab',
  sessions: SESSIONS,
  rounds: 3,
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-bench-'));
    const certificates = await makeCertificates(folder);
    const [user, password] = ['uccxemail', 'Bench-secret-1'];
    const server = await startExchangeImap('127.0.0.1', {
      loginType: 'PlainTextLogin',
      certificate: certificates.context('good'),
      accounts: [{ user, password }],
      limits: { perUser: SESSIONS + 10, storeSessions: SESSIONS + 10 },
    });
    return {
      ...{ host: '127.0.0.1', port: server.port, serverName: SERVER_NAME, caFile: certificates.caFile, user, password },
      stop: async () => {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

type Model = { name: string; rounds: number; processEach: boolean; env: Readonly<Record<string, string>> };
const ROOM = String(SESSIONS + 600);
/** An open mailbox takes several files, so that one process cannot hold them all. */
const SHARED_IMAP = { IMAP_CLIENT_LIMIT: '100', IMAP_PROCESS_LIMIT: '100', IMAP_SERVICE_COUNT: '0' };
const SHARED_LOGIN = { LOGIN_SERVICE_COUNT: '0', LOGIN_PROCESS_MIN_AVAIL: '2' };

/**
 * How Dovecot divides sessions among processes (https://doc.dovecot.org/2.3/admin_manual/login_processes/). A login process for each connection
 * takes a second to make thirty of them, and with encryption it stays as long as the session: climbed once.
 */
const MODELS: readonly Model[] = [
  { name: 'Dovecot, shared processes', rounds: 3, processEach: false, env: { ...SHARED_LOGIN, ...SHARED_IMAP } },
  {
    name: 'Dovecot, a process a session',
    rounds: 3,
    processEach: true,
    env: { ...SHARED_LOGIN, IMAP_CLIENT_LIMIT: '1', IMAP_SERVICE_COUNT: '1', IMAP_PROCESS_LIMIT: ROOM },
  },
  {
    name: 'Dovecot, a login process a connection',
    rounds: 1,
    processEach: true,
    env: { ...SHARED_IMAP, LOGIN_SERVICE_COUNT: '1', LOGIN_PROCESS_LIMIT: ROOM, LOGIN_PROCESS_MIN_AVAIL: '2' },
  },
];
/** What a process of Dovecot takes that stands for one session, and as much again for everything else. */
const PROCESS_BYTES = 4 * 2 ** 20;

const run = promisify(execFile);

const dovecot = (peers: string, { name, rounds, processEach, env }: Model): LadderServer => ({
  name,
  rounds,
  sessions: processEach ? Math.min(SESSIONS, Math.floor(freemem() / PROCESS_BYTES)) : SESSIONS,
  start: async () => {
    const script = join(peers, 'dovecot.sh');
    const limits = { MAIL_MAX_USERIP_CONNECTIONS: '20000', LOGIN_CLIENT_LIMIT: '8000', CLIENT_LIMIT: '8000' };
    const { stdout } = await run(script, ['start'], { env: { PATH: process.env.PATH, ...limits, ...env } });
    const { dir, host, ports, user, password, ca } = JSON.parse(stdout);
    const place = { host, port: ports.imap, serverName: 'exchange.test', caFile: ca, user, password };
    return { ...place, stop: () => run(script, ['stop', dir]) };
  },
});
