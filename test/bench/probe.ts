import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  failuresOf,
  type Measured,
  NAMES,
  nameOf,
  type Round,
  rateOf,
  tableOf,
  targetsOf,
  type Who,
  word,
} from './probe-table.js';
import type { ProbeJob, ProbeTimes } from './prober.js';
import { type Cell, type Exporter, findRivals, type Lines, runCheckImap, runClient, startExporter } from './rivals.js';
import type { Outcome } from './row.js';
import { stack, unlessLate, unlessStopped } from './stopping.js';

const ROUNDS = 3;
/** Checks in a round, by how many are made at once; of those that are fast, more. */
const COUNTS = { 1: 200, 50: 600, 200: 800 } as const;
const FAST = 3;
/**
 * A worker runs for weeks: its compiler has seen a check before. So each prober in Node is one process for the whole bench, and makes so many
 * checks that are not counted before its first one of either kind that is.
 */
const WARM_UP = { plain: 8000, tls: 3000 };
/** No wait is without an end: for Dovecot, and for one prober's checks of one round. */
const [START_MS, ROUND_MS] = [90_000, 900_000];
const PROBER = fileURLToPath(new URL('./prober.js', import.meta.url));
const PEERS = process.env.UCCX_PEER_SERVERS && existsSync('/usr/sbin/dovecot') ? process.env.UCCX_PEER_SERVERS : null;
const run = promisify(execFile);

type Measure = (cell: Cell) => Promise<ProbeTimes>;
/** A process of ours for each, where more than one is measured. */
const CORES = availableParallelism();

/** One login check a second and its processor time, beside others who can make one, taking turns against one Dovecot. */
export const benchProbe = async (signal: AbortSignal): Promise<Outcome> => {
  if (!PEERS) return { rows: [], notes: ['probe: not measured, UCCX_PEER_SERVERS names no folder with a Dovecot.'] };
  const ending = stack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-bench-'));
    ending.push(() => rm(folder, { recursive: true, force: true }));
    const rivals = await unlessStopped(signal, findRivals(PEERS, folder));
    const place = await unlessLate(signal, dovecot(PEERS), START_MS, 'Dovecot to start');
    ending.push(place.stop);
    const exporter = rivals.blackbox ? await startExporter(rivals.blackbox, folder, place) : null;
    if (exporter) ending.push(exporter.stop);

    const { host, user, password, ca: caFile } = place;
    const jobOf = (who: ProbeJob['who'], { tls, atOnce, count }: Cell): ProbeJob => ({
      ...{ who, host, user, password, caFile, tls, atOnce, serverName: 'exchange.test' },
      count: tls ? count : count * FAST,
      port: tls ? place.imaps : place.imap,
      warmUp: tls ? WARM_UP.tls : WARM_UP.plain,
    });
    const started = (): Prober => {
      const prober = startProber(signal);
      ending.push(prober.stop);
      return prober;
    };
    const [raw, short, ...others] = Array.from({ length: CORES + 1 }, started) as [Prober, Prober, ...Prober[]];
    const workers = [started(), ...others.map(started)] as [Prober, ...Prober[]];
    const [ours] = workers;
    const asking = exporter ? started() : null;
    const { checkImap, client } = rivals;
    const rival = (work: Promise<ProbeTimes>) => unlessLate(signal, work, ROUND_MS, 'a rival to make its checks');
    const probers: Partial<Record<Who, Measure>> = {
      ours: cell => ours.probe(jobOf('ours', cell)),
      oursEach: cell => together(workers, jobOf('ours', cell)),
      raw: cell => raw.probe(jobOf('raw', cell)),
      short: cell => short.probe(jobOf('raw-short', cell)),
      shortEach: cell => together([short, ...others], jobOf('raw-short', cell)),
      ...(exporter &&
        asking && {
          blackbox: cell => exported(exporter, asking, jobOf('http', cell), 'login'),
          blackboxSame: cell => exported(exporter, asking, jobOf('http', cell), 'same'),
        }),
      ...(checkImap && {
        checkImap: cell => rival(runCheckImap(checkImap.spawner, place, cell, 'login')),
        checkImapSame: cell => rival(runCheckImap(checkImap.spawner, place, cell, 'same')),
      }),
      ...(client && {
        client: (cell: Cell) => (cell.tls ? Promise.reject() : rival(runClient(client, place, cell))),
      }),
    };
    const cells: Measured[] = [];
    for (const tls of [false, true])
      for (const [atOnce, count] of Object.entries(COUNTS))
        cells.push(await measured(probers, { tls, atOnce: Number(atOnce), count }));

    const refusal = await refusals(ours, { ...jobOf('ours', { tls: false, atOnce: 1, count: 0 }), count: 10 });
    const missing = rivals.missing.length > 0 ? [`Not installed, so not measured: ${rivals.missing.join('; ')}.`] : [];
    const targets = cells.flatMap(targetsOf);
    const failed = cells.flatMap(failuresOf);
    return {
      rows: [],
      figures: targets.map(({ figure }) => figure),
      notes: [
        tableOf(cells, ROUNDS),
        '',
        ...targets.map(({ says }) => says),
        refusal.says,
        ...failed,
        ...missing,
        'Ours is the probe as a worker runs it (evidence, times, transcript), without the memory of refused passwords, which is slow on purpose. It opens INBOX ' +
          'too, as do those beside it with the same lines; the others only log in and out. One of our processes is one thread, as is the bare client; ' +
          'the exporter and check_imap take every core, so where many checks are made at once they are judged beside one worker a core.',
      ],
      missed: [...targets, refusal].some(({ met }) => !met) || failed.length > 0,
    };
  } finally {
    await ending.stop();
  }
};

/** The probers take turns in every round, each beginning one of them, so that a slow spell of the machine hits them all. */
const measured = async (probers: Partial<Record<Who, Measure>>, cell: Cell): Promise<Measured> => {
  const able = (Object.keys(probers) as Who[]).filter(who => (who === 'client' ? !cell.tls : isAble(who, cell)));
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round: Round = {};
    const first = rounds.length % able.length;
    for (const who of [...able.slice(first), ...able.slice(0, first)])
      round[who] = await (probers[who] as Measure)(cell);
    rounds.push(round);
  }
  console.error(`${nameOf(cell)}: ${able.map(who => `${NAMES[who]} ${rateOf(rounds, who).toFixed(0)}/s`).join(', ')}`);
  return { cell, rounds };
};

/** One check at a time keeps one process busy. */
const isAble = (who: Who, { atOnce }: Cell): boolean => atOnce > 1 || (who !== 'oursEach' && who !== 'shortEach');

/** The checks of one job shared by several processes. */
const together = async (probers: readonly Prober[], job: ProbeJob): Promise<ProbeTimes> => {
  const part = (whole: number) => Math.ceil(whole / probers.length);
  const all = await Promise.all(
    probers.map(prober => prober.probe({ ...job, count: part(job.count), atOnce: part(job.atOnce) })),
  );
  const sum = (of: (times: ProbeTimes) => number) => all.reduce((total, times) => total + of(times), 0);
  const most = (of: (times: ProbeTimes) => number) => Math.max(...all.map(of));
  return {
    made: sum(({ made }) => made),
    ok: sum(({ ok }) => ok),
    cpuMs: sum(({ cpuMs }) => cpuMs),
    wallMs: most(({ wallMs }) => wallMs),
    slowestMs: most(({ slowestMs }) => slowestMs),
    says: all.find(({ says }) => says !== null)?.says ?? null,
  };
};

const exported = async (exporter: Exporter, asking: Prober, job: ProbeJob, lines: Lines): Promise<ProbeTimes> => {
  const path = exporter.path(job.tls, lines);
  const asked = { ...job, host: '127.0.0.1', port: exporter.port, warmUp: 0, path, wanted: 'probe_success 1' };
  const before = await exporter.cpuMs();
  return { ...(await asking.probe(asked)), cpuMs: (await exporter.cpuMs()) - before };
};

/** With a wrong password: every one ends with the server's word, and long before its time is over. */
const refusals = async (prober: Prober, job: ProbeJob) => {
  const { ok, slowestMs, says } = await prober.probe({ ...job, password: 'wrong', refused: true, warmUp: 0 });
  const met = ok === job.count && slowestMs < REFUSED_MS;
  const end = says ? ` (${says})` : '';
  return {
    met,
    says: `${word(met)}: of ${job.count} checks with a wrong password ${ok} ended with the refusal, the slowest after ${slowestMs.toFixed(0)} ms${end}.`,
  };
};
/** A server may make who failed wait; a time-out would be the twelve seconds of the budget. */
const REFUSED_MS = 6_000;

type Prober = { probe: (job: ProbeJob) => Promise<ProbeTimes>; stop: () => void };
const startProber = (signal: AbortSignal): Prober => {
  const child = fork(PROBER, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  return {
    probe: async job => {
      child.send(job);
      const failed = ended.then(() => {
        throw new Error(`the prober (${job.who}) ended before it was through`);
      });
      const awaited = `the prober (${job.who}) to make ${job.warmUp} and ${job.count} checks, ${job.atOnce} at once`;
      const [times] = await unlessLate(signal, Promise.race([once(child, 'message'), failed]), ROUND_MS, awaited);
      return times as ProbeTimes;
    },
    stop: () => void child.kill('SIGKILL'),
  };
};

const dovecot = async (peers: string) => {
  const script = join(peers, 'dovecot.sh');
  const { stdout } = await run(script, ['start'], {
    env: {
      PATH: process.env.PATH,
      MAIL_MAX_USERIP_CONNECTIONS: '20000',
      LOGIN_CLIENT_LIMIT: '8000',
      CLIENT_LIMIT: '8000',
      LOGIN_PROCESS_MIN_AVAIL: '2',
      IMAP_CLIENT_LIMIT: '4000',
      IMAP_SERVICE_COUNT: '0',
      IMAP_PROCESS_MIN_AVAIL: '2',
    },
  });
  const { dir, host, ports, user, password, ca } = JSON.parse(stdout);
  const { imap, imaps } = ports as { imap: number; imaps: number };
  return { host, imap, imaps, user, password, ca, stop: () => run(script, ['stop', dir]) };
};
