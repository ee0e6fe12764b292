import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { MailTarget } from '../../src/domain/target.js';
import type { Look } from '../../src/probes/probe.js';
import { askSystem } from '../../src/wire/tcp.js';

/**
 * Holds many IMAP sessions at once: our ladder, without the quarter of a second in between that chat cannot take away, or a client of bare
 * sockets that has the same conversation and keeps nothing of it. A program of its own, started by `fork`, so that its memory is its own.
 */
export type ClimbOrder = {
  who: 'ours' | 'raw';
  host: string;
  port: number;
  security: 'plain' | 'starttls';
  serverName: string;
  caFile: string;
  user: string;
  password: string;
  sessions: number;
};
export type ClimbResult = {
  /** Until the last session stood, in the second climb: a worker runs for weeks, and its compiler has seen a session before. */
  ms: number;
  /** The same in the first climb. */
  coldMs: number;
  /** Processor time until the last session stood: what others do on the machine moves it far less. */
  cpuMs: number;
  /** In the first climb, like what each session took of it: in the second one memory is there already that the first has given back. */
  heldMb: number;
  kbPerSession: number;
  opened: number;
  leftOpen: number;
  says: string | null;
};

/** How much memory the process has and what time of the processor it took, often enough to know it when the last session opened: farewells take some too. */
const samples: { at: number; bytes: number; cpuMs: number }[] = [];
let began = 0;
const baseline = () => {
  began = performance.now();
  sample();
};
const sample = () => {
  const { user, system } = process.cpuUsage();
  samples.push({ at: performance.now(), bytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 });
};

type Climbed = Pick<ClimbResult, 'ms' | 'opened' | 'leftOpen' | 'says'>;

const ours = async (order: ClimbOrder): Promise<Climbed> => {
  const { host, port, security, serverName, caFile, user, password, sessions } = order;
  const { MailTarget } = await import('../../src/domain/target.js');
  const { climb } = await import('../../src/probes/imap-ladder.js'); // not in the process of the bare client
  baseline();
  const place = { host, port, security, serverName, trust: `ca:${caFile}` };
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
  let result: Climbed = { ms: Number.NaN, opened: 0, leftOpen: 0, says: 'nothing was told' };
  const elapsedMs = () => performance.now() - began;
  const look: Look<MailTarget> = {
    target,
    observe: (kind, body) => {
      if (kind !== 'imap-ladder') return;
      const { rungs, opened, leftOpen, stoppedBy, refusal, says } = body as unknown as {
        rungs: { atMs: number; tookMs: number }[];
        opened: number;
        leftOpen: number;
        stoppedBy: string;
        refusal: unknown;
        says: string | null;
      };
      const last = rungs.at(-1);
      const why = stoppedBy === 'asked-for' ? null : `${stoppedBy} ${says ?? ''} ${JSON.stringify(refusal)}`;
      result = { ms: (last?.atMs ?? 0) + (last?.tookMs ?? 0), opened, leftOpen, says: why };
    },
    transcribe: () => {},
    login: async () => ({ is: 'granted', user, password, settle: async () => {} }) as never,
    resolve: askSystem,
    reached: new Map(),
    furtherConnects: 0,
    hidden: { secrets: [] },
    stop: new AbortController().signal,
    progress: () => {},
    signal: new AbortController().signal,
    leftMs: () => 600_000 - elapsedMs(),
    elapsedMs,
  };
  await climb(look, { account: 'shared', most: sessions, intervalMs: 0 });
  return result;
};

/** One session after another, as ours does it; every answer is waited for. */
const raw = async ({
  host,
  port,
  security,
  serverName,
  caFile,
  user,
  password,
  sessions,
}: ClimbOrder): Promise<Climbed> => {
  baseline();
  const secureContext = createSecureContext({ ca: readFileSync(caFile) }); // once, as ours
  const login = Buffer.from(`\0${user}\0${password}`).toString('base64');
  const open: Socket[] = [];
  const watching = setInterval(watch, 1000);
  while (open.length < sessions) {
    const plain = connectTcp({ host, port, noDelay: true });
    awaiting(`connection ${open.length + 1}`);
    await once(plain, 'connect');
    let socket: Socket = plain;
    const greeting = await ask(socket, null, /^\* OK/m);
    let offers = greeting.includes('[CAPABILITY ') ? greeting : await ask(socket, 'A1 CAPABILITY', /^A1 OK/m);
    if (security === 'starttls') {
      await ask(socket, 'A2 STARTTLS', /^A2 OK/m);
      socket = connectTls({ socket: plain, servername: serverName, secureContext });
      awaiting(`handshake ${open.length + 1}`);
      await once(socket, 'secureConnect');
      offers = await ask(socket, 'A3 CAPABILITY', /^A3 OK/m);
    }
    const atOnce = / SASL-IR\b/.test(offers);
    if (!atOnce) await ask(socket, 'A4 AUTHENTICATE PLAIN', /^\+/m);
    await ask(socket, atOnce ? `A4 AUTHENTICATE PLAIN ${login}` : login, /^A4 OK/m);
    await ask(socket, 'A5 SELECT INBOX', /^A5 OK/m);
    open.push(socket);
  }
  const ms = performance.now() - began;
  await Promise.all(
    open.map(async socket => {
      await ask(socket, 'A6 LOGOUT', /^A6 OK/m);
      socket.end();
    }),
  );
  clearInterval(watching);
  return { ms, opened: open.length, leftOpen: 0, says: null };
};

/** Ours has an end to every wait; here the last one that began is watched. */
let awaited = { what: 'an order', since: performance.now() };
const awaiting = (what: string) => {
  awaited = { what, since: performance.now() };
};
const ANSWER_MS = 60_000;
const watch = () => {
  if (performance.now() - awaited.since < ANSWER_MS) return;
  console.error(`bare sockets waited ${ANSWER_MS / 1000} s for ${awaited.what}`);
  process.exit(1);
};

const ask = (socket: Socket, line: string | null, until: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    awaiting(`${until}`);
    let heard = '';
    const hear = (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      if (!until.test(heard)) return;
      socket.off('data', hear).off('error', reject).off('close', closed);
      resolve(heard);
    };
    const closed = () => reject(new Error(`closed after «${heard}»`));
    socket.on('data', hear).once('error', reject).once('close', closed);
    if (line !== null) socket.write(`${line}\r\n`);
  });

const [order] = (await once(process, 'message')) as [ClimbOrder];

const climbOnce = async (): Promise<Omit<ClimbResult, 'coldMs'>> => {
  samples.length = 0;
  const sampling = setInterval(sample, 50);
  const climbed = await (order.who === 'ours' ? ours : raw)(order);
  clearInterval(sampling);
  const since = samples.filter(({ at }) => at >= began && at <= began + climbed.ms);
  const nothing = { bytes: Number.NaN, cpuMs: Number.NaN };
  const [first, last] = [since[0] ?? nothing, since.at(-1) ?? nothing];
  return {
    ...climbed,
    cpuMs: last.cpuMs - first.cpuMs,
    heldMb: last.bytes / 2 ** 20,
    kbPerSession: (last.bytes - first.bytes) / 1024 / order.sessions,
  };
};

const cold = await climbOnce();
const warm = await climbOnce();
const result: ClimbResult = {
  ms: warm.ms,
  coldMs: cold.ms,
  cpuMs: warm.cpuMs,
  heldMb: cold.heldMb,
  kbPerSession: cold.kbPerSession,
  opened: Math.min(cold.opened, warm.opened),
  leftOpen: Math.max(cold.leftOpen, warm.leftOpen),
  says: cold.says ?? warm.says,
};
process.send?.(result, () => process.exit());
