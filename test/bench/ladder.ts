import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import type { ClimbOrder, ClimbResult } from './ladder-climber.js';
import type { Outcome } from './row.js';
import { stack, unlessStopped } from './stopping.js';

const SESSIONS = 2_400;
const ROUNDS = 3;
const MOST = { time: 1.2, memory: 1.5 };
const CLIMBER = fileURLToPath(new URL('./ladder-climber.js', import.meta.url));

type Place = Pick<ClimbOrder, 'host' | 'port' | 'serverName' | 'caFile' | 'user' | 'password'>;
type Server = { name: string; start: () => Promise<Place & { stop: () => Promise<unknown> }> };
type Cell = { says: string; time: number; memory: number; ours: ClimbResult; raw: ClimbResult; met: boolean };

/** 2,400 sessions of one account held at once: our ladder beside a client of bare sockets that says the same lines, taking turns. */
export const benchLadder = async (signal: AbortSignal): Promise<Outcome> => {
  const servers = [lab, ...(PEERS ? [dovecot('0'), dovecot('1')] : [])];
  const cells: Cell[] = [];
  for (const server of servers) {
    for (const security of ['plain', 'starttls'] as const) {
      const ending = stack();
      try {
        const { stop, ...place } = await unlessStopped(signal, server.start());
        ending.push(stop);
        const rounds: { ours: ClimbResult; raw: ClimbResult }[] = [];
        while (rounds.length < ROUNDS) {
          const climber = async (who: ClimbOrder['who']) =>
            climbed(signal, { who, ...place, security, sessions: SESSIONS });
          // Who goes first changes: a server that has just let so many go is not the one that was started.
          const [first, second] = rounds.length % 2 ? (['raw', 'ours'] as const) : (['ours', 'raw'] as const);
          const results = { [first]: await climber(first), [second]: await climber(second) };
          rounds.push(results as { ours: ClimbResult; raw: ClimbResult });
        }
        const cell = cellOf(`${server.name}, ${security}`, rounds);
        console.error(
          `${cell.says}: time ${cell.time.toFixed(2)}, memory ${cell.memory.toFixed(2)} of the bare client's`,
        );
        cells.push(cell);
      } finally {
        await ending.stop();
      }
    }
  }
  const missing = PEERS ? [] : ['UCCX_PEER_SERVERS names no folder with a Dovecot, so only the lab was climbed.'];
  return { rows: [], notes: [tableOf(cells), '', ...missing], missed: cells.some(({ met }) => !met) };
};

const cellOf = (says: string, rounds: readonly { ours: ClimbResult; raw: ClimbResult }[]): Cell => {
  const time = median(rounds.map(({ ours, raw }) => ours.ms / raw.ms));
  const memory = median(rounds.map(({ ours, raw }) => ours.heldMb / raw.heldMb));
  const middle = (who: 'ours' | 'raw'): ClimbResult => {
    const all = rounds.map(round => round[who]);
    const [worst] = [...all].sort((a, b) => a.opened - b.opened);
    return {
      ...(worst as ClimbResult),
      ms: median(all.map(({ ms }) => ms)),
      heldMb: median(all.map(({ heldMb }) => heldMb)),
      kbPerSession: median(all.map(({ kbPerSession }) => kbPerSession)),
      leftOpen: Math.max(...all.map(({ leftOpen }) => leftOpen)),
    };
  };
  const [ours, raw] = [middle('ours'), middle('raw')];
  const whole = ours.opened === SESSIONS && raw.opened === SESSIONS;
  return { says, time, memory, ours, raw, met: whole && time <= MOST.time && memory <= MOST.memory };
};

const climbed = async (signal: AbortSignal, order: ClimbOrder): Promise<ClimbResult> => {
  const ending = stack();
  const child = fork(CLIMBER, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  ending.push(() => child.kill('SIGKILL'));
  try {
    child.send(order);
    const failed = once(child, 'exit').then(() => {
      throw new Error(`the climber (${order.who}) ended before it was through`);
    });
    const [result] = await unlessStopped(signal, Promise.race([once(child, 'message'), failed]));
    const { opened, says } = result as ClimbResult;
    if (opened < order.sessions) console.error(`${order.who}: only ${opened} of ${order.sessions} sessions: ${says}`);
    return result as ClimbResult;
  } finally {
    await ending.stop();
  }
};

const lab: Server = {
  name: 'lab',
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

const PEERS = process.env.UCCX_PEER_SERVERS && existsSync('/usr/sbin/dovecot') ? process.env.UCCX_PEER_SERVERS : null;
const run = promisify(execFile);

/** Dovecot that takes so many: with one login process for all connections, or one for each, as it is shipped. */
const dovecot = (serviceCount: '0' | '1'): Server => ({
  name: `Dovecot, ${serviceCount === '0' ? 'shared login processes' : 'a login process each'}`,
  start: async () => {
    const script = join(PEERS as string, 'dovecot.sh');
    const room = String(SESSIONS + 600);
    const { stdout } = await run(script, ['start'], {
      env: {
        PATH: process.env.PATH,
        MAIL_MAX_USERIP_CONNECTIONS: '20000',
        LOGIN_SERVICE_COUNT: serviceCount,
        ...(serviceCount === '1' ? { LOGIN_PROCESS_LIMIT: room } : {}),
        LOGIN_CLIENT_LIMIT: '8000',
        CLIENT_LIMIT: '8000',
        LOGIN_PROCESS_MIN_AVAIL: '2',
        // An open mailbox takes several files, so that one process cannot hold them all.
        IMAP_CLIENT_LIMIT: '100',
        IMAP_PROCESS_LIMIT: '100',
        IMAP_SERVICE_COUNT: '0',
      },
    });
    const { dir, host, ports, user, password, ca } = JSON.parse(stdout);
    const place = { host, port: ports.imap, serverName: 'exchange.test', caFile: ca, user, password };
    return { ...place, stop: () => run(script, ['stop', dir]) };
  },
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const tableOf = (cells: readonly Cell[]): string =>
  [
    `| ${SESSIONS} sessions held, medians of ${ROUNDS} rounds | ours | bare sockets | time ≤ ${MOST.time} | ours | bare sockets | memory ≤ ${MOST.memory} | a session more | bare sockets | not logged out | met |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...cells.map(({ says, ours, raw, time, memory, met }) =>
      [
        '',
        says,
        ...[seconds(ours), seconds(raw), time.toFixed(2)],
        ...[megabytes(ours), megabytes(raw), memory.toFixed(2)],
        ...[kilobytes(ours), kilobytes(raw)],
        ours.leftOpen,
        met ? 'yes' : 'NO',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
const seconds = ({ ms }: ClimbResult): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = ({ heldMb }: ClimbResult): string => `${heldMb.toFixed(0)} MB`;
const kilobytes = ({ kbPerSession }: ClimbResult): string => `${kbPerSession.toFixed(1)} KB`;
