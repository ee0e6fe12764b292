import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { DIAGNOSE, PREFIX, probeQueue } from '../../jobs/queues.js';
import { startPart } from '../../src/bin/part.js';
import { loadConfig } from '../../src/config/load.js';
import { SiteId } from '../../src/domain/ids.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { cacheFolderOf } from '../../src/store/embedded-redis/cache-folder.js';
import { findRedis } from '../../src/store/embedded-redis/find-redis.js';
import { type RunningRedis, startRedis } from '../../src/store/embedded-redis/start-redis.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { PROGRAM } from '../support/program.js';
import { figuresOf } from './figures.js';
import { type Days, daysOf } from './fleet-days.js';
import type { FleetLaid, FleetOrder, FleetTurn } from './fleet-driver.js';
import { daysNotes, growthOf } from './fleet-growth.js';
import { type FleetLab, userOf } from './fleet-lab.js';
import { cpuMs, peakResidentMb, residentMb } from './machine.js';
import type { Outcome, Row } from './row.js';
import { stack, unlessStopped } from './stopping.js';

/** Every target is checked once in so long; all of it is measured, at the true pace. */
const PERIOD_MS = 300_000;
const FLEETS = [100, 1_000, 10_000].map(targets => ({ targets, windowMs: PERIOD_MS }));
/** Before it each target is checked once, faster where they are few: a new account costs 40 ms of a core for its fingerprint. */
const FIRST_MS_EACH = 30;
const TARGET = { of: 'p99', ms: 5_000 } as const;
const MOST_CORES = 1;
const AFTERWARDS_MS = 30_000;
const SITE = SiteId.parse('hq');
const HERE = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** Many targets every five minutes: how late their checks begin, and what bot, worker, Redis and whoever lays them need for it. */
export const benchFleet = async (signal: AbortSignal): Promise<Outcome> => {
  const runs: Fleet[] = [];
  for (const fleet of chosen()) runs.push(await watchFleet(signal, { ...fleet, hasDays: runs.length === 0 }));
  const growth = growthOf(runs.map(run => ({ ...run, cores: run.cores.all })));
  const days = daysNotes(runs[0]?.days ?? []);
  return {
    rows: runs.flatMap(rowsOf),
    notes: [...runs.flatMap(notesOf), growth.lines.join('\n'), ...days.lines],
    missed: growth.missed || days.missed || runs.some(({ cores }) => cores.all > MOST_CORES),
  };
};

/** `UCCX_BENCH_FLEET=10000:60` measures ten thousand targets alone, and a minute of the five: those that are due in it. */
const chosen = (): typeof FLEETS => {
  const [targets, sec] = (process.env.UCCX_BENCH_FLEET ?? '').split(':').map(Number);
  return targets && sec ? [{ targets, windowMs: Math.min(sec * 1_000, PERIOD_MS) }] : FLEETS;
};

type Cores = { bot: number; worker: number; redis: number; laying: number; all: number; lab: number };
type Fleet = {
  targets: number;
  windowMs: number;
  checks: number;
  /** Milliseconds after a check was due: until its last probe began to look, and until it was judged and kept. */
  begun: number[];
  judged: number[];
  lost: number;
  cores: Cores;
  redisBytes: { before: number; after: number };
  /** What each kind of target costs in weeks, measured once. */
  days: Days[];
  residentMb: { bot: number | null; worker: number | null };
  peakMb: { worker: number | null };
};

/** One fleet at its pace: everything is started, each target that is due in the window is checked once before, and then counted. */
export const watchFleet = async (
  signal: AbortSignal,
  { targets, windowMs, hasDays }: { targets: number; windowMs: number; hasDays: boolean },
): Promise<Fleet> => {
  const started = stack();
  const on = <T>(work: Promise<T>): Promise<T> => unlessStopped(signal, work);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-fleet-'));
    started.push(() => rm(folder, { recursive: true, force: true }));
    const labProcess = forked('fleet-lab.js');
    started.push(() => labProcess.kill('SIGKILL'));
    const lab = (await on(answerOf(labProcess, { folder: join(folder, 'lab'), accounts: targets }))) as FleetLab;
    const program = await on(findRedis({ env: process.env, cacheFolder: cacheFolderOf(process.env), say: () => {} }));
    const server = await startRedis({ program, folder: join(folder, 'redis'), say: () => {} });
    started.push(server.stop);
    const file = join(folder, 'config.yaml');
    await writeFile(file, configOf(lab, join(folder, 'lab', 'password'), targets));
    const env = { ...process.env, UCCX_REDIS_URL: server.url, XDG_STATE_HOME: folder };
    const logFile = join(folder, 'log');
    const log = await open(logFile, 'a');
    started.push(() => log.close());
    const part = (...args: string[]) => {
      const each = startPart(PROGRAM, [...args, '--config', file], env, log.fd);
      started.push(each.stop);
      return each;
    };
    const [bot, worker] = [part('bot'), part('worker', '--site', SITE)];
    await on(Promise.all([bot.ready, worker.ready])).catch(async cause => {
      throw new Error(`the bot did not start: ${(await readFile(logFile, 'utf8')).slice(-1_000)}`, { cause });
    });

    const redis = connectRedis(server.url, { role: 'store', say: () => {}, name: 'uccx-bench' });
    started.push(() => redis.disconnect());
    await untilReady(redis, 5_000);
    const seen = await listening(server, started);
    const driver = forked('fleet-driver.js', env); // it signs with the bot's key
    started.push(() => driver.kill('SIGKILL'));
    await on(answerOf(driver, { file, redisUrl: server.url, periodMs: PERIOD_MS, windowMs } satisfies FleetOrder));
    const parts = {
      bot: bot.pid,
      worker: worker.pid,
      redis: server.pid,
      laying: driver.pid ?? 0,
      lab: labProcess.pid ?? 0,
    };
    // Once before: a worker that has just started computes the slow fingerprint of each password, and is compiled while it works.
    const first = (await on(
      answerOf(driver, { withinMs: Math.min(windowMs, 5_000 + targets * FIRST_MS_EACH) } satisfies FleetTurn),
    )) as FleetLaid;
    await settled(Object.keys(first.due).length);
    seen.begun.clear();
    seen.judged.clear();
    const before = { bytes: await usedBytes(redis), cpu: await cpuOf(parts), at: performance.now() };
    const laid = (await on(answerOf(driver, { withinMs: windowMs } satisfies FleetTurn))) as FleetLaid;
    const due = Object.entries(laid.due);
    await settled(due.length);
    const cpu = await cpuOf(parts);
    const wallMs = performance.now() - before.at;
    const redisBytes = { before: before.bytes, after: await usedBytes(redis) };
    const share = (name: keyof typeof parts) => (cpu[name] - before.cpu[name]) / wallMs;
    const cores = { bot: share('bot'), worker: share('worker'), redis: share('redis'), laying: share('laying') };
    const late = (at: ReadonlyMap<string, number>) =>
      due.flatMap(([target, moment]) => (at.has(target) ? [Math.max(0, (at.get(target) ?? 0) - moment)] : []));
    return {
      targets,
      windowMs,
      checks: due.length,
      begun: late(seen.begun),
      judged: late(seen.judged),
      lost: due.length - late(seen.judged).length + laid.faults,
      cores: { ...cores, all: cores.bot + cores.worker + cores.redis + cores.laying, lab: share('lab') },
      redisBytes,
      days: hasDays ? await on(keptDays()) : [],
      residentMb: { bot: await residentMb(bot.pid), worker: await residentMb(worker.pid) },
      peakMb: { worker: await peakResidentMb(worker.pid) },
    };

    /** Of the first target of each kind, as its last check was kept. */
    async function keptDays(): Promise<Days[]> {
      const { config } = await loadConfig({ file, env });
      const { history } = redisStore({ redis, say: () => {} });
      const days: Days[] = [];
      for (const kind of ['uccx-mail', 'cuc-single-inbox']) {
        const target = config.targets.find(each => each.kind === kind && laid.due[each.id] !== undefined);
        const report = target && (await history.last(target.id));
        if (report) days.push(await daysOf(redis, report, target));
      }
      return days;
    }

    async function settled(checks: number): Promise<void> {
      const until = performance.now() + AFTERWARDS_MS;
      while (seen.judged.size < checks && performance.now() < until) await on(wait(100));
    }
  } finally {
    await started.stop();
  }
};

/** When each target's last probe began, and when it was judged, by the events of the real queues; by Redis's clock, which is this machine's. */
const listening = async (server: RunningRedis, started: ReturnType<typeof stack>) => {
  const begun = new Map<string, number>();
  const judged = new Map<string, number>();
  const listen = async (queue: string, event: 'active' | 'completed', times: Map<string, number>) => {
    const connection = connectRedis(server.url, { role: 'worker', say: () => {}, name: `uccx-bench-${queue}` });
    const events = new QueueEvents(queue, { connection, prefix: PREFIX });
    started.push(async () => {
      await events.close();
      connection.disconnect();
    });
    events.on('error', () => {});
    events.on(event, ({ jobId }: { jobId: string }, id: string) => {
      const target = jobId.split('.')[1];
      if (target) times.set(target, Number(id.split('-')[0]));
    });
    await events.waitUntilReady();
  };
  await listen(probeQueue(SITE), 'active', begun);
  await listen(DIAGNOSE, 'completed', judged);
  return { begun, judged };
};

/** Of every two targets one is agent email over IMAP and SMTP with a login, one single inbox. */
const configOf = ({ imap, smtp, notify, serverName, caFile }: FleetLab, password: string, targets: number): string => {
  const exchange = { servers: ['EX01'], version: '2016' };
  const there = { host: '127.0.0.1', serverName, trust: `ca:${caFile}` };
  const mail = (index: number) => ({
    kind: 'uccx-mail',
    id: `mail-${index}`,
    exchange,
    desktop: 'cad',
    agents: 6,
    mailbox: { user: userOf(index), password: `file:${password}` },
    imap: { ...there, port: imap, security: 'tls' },
    smtp: { ...there, port: smtp, security: 'starttls', connector: 'Client Frontend EX01' },
  });
  const inbox = (index: number) => ({
    kind: 'cuc-single-inbox',
    id: `inbox-${index}`,
    exchange,
    cuc: { host: '127.0.0.1', notifyPort: notify },
  });
  return stringify(
    {
      sites: [{ id: SITE, vantages: ['uccx-side', 'agent-side', 'exchange-side', 'cuc-side'] }],
      targets: Array.from({ length: targets }, (_, index) => (index % 2 === 0 ? mail(index) : inbox(index))),
      console: {},
    },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
};

const forked = (name: string, env: NodeJS.ProcessEnv = process.env): ChildProcess =>
  fork(HERE(name), { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

const answerOf = async (child: ChildProcess, order: object): Promise<unknown> => {
  child.send(order);
  const [answer] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('a part of the bench ended before it was through');
    }),
  ]);
  return answer;
};

const cpuOf = async <Name extends string>(pids: Record<Name, number>): Promise<Record<Name, number>> => {
  const all = await Promise.all(Object.entries<number>(pids).map(async ([name, pid]) => [name, await cpuMs(pid)]));
  return Object.fromEntries(all);
};

const usedBytes = async (redis: Redis): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? Number.NaN);

const rowsOf = ({ targets, begun, judged, lost }: Fleet): Row[] => [
  {
    says: `${shown(targets)} targets every 5 min, due until begun`,
    figures: figuresOf(begun),
    errors: lost,
    target: TARGET,
  },
  { says: 'the same, until judged and kept', figures: figuresOf(judged), errors: lost, target: null },
];

const notesOf = ({ targets, windowMs, checks, cores, redisBytes, residentMb: mb }: Fleet): string[] => {
  const ms = (share: number) => ((share * windowMs) / checks).toFixed(1);
  const kb = (bytes: number) => (bytes / 1_024).toFixed(1);
  return [
    `${shown(targets)} targets, ${checks} checks within ${windowMs / 1_000} s: ${cores.all.toFixed(3)} cores (bot ${cores.bot.toFixed(3)}, worker ${cores.worker.toFixed(3)}, Redis ${cores.redis.toFixed(3)}, laying ${cores.laying.toFixed(3)}), beside them the lab ${cores.lab.toFixed(3)}; ${ms(cores.all)} ms of a core a check. Redis ${kb(redisBytes.after / 1_024)} MB, ${kb((redisBytes.after - redisBytes.before) / checks)} KB more for each check. Resident: bot ${mb.bot} MB, worker ${mb.worker} MB.`,
  ];
};

const shown = (amount: number): string => amount.toLocaleString('en-US');
