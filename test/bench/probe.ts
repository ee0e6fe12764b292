import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ProbeJob, ProbeTimes } from './prober.js';
import { type Cell, findRivals, runCheckImap, runClient, startExporter } from './rivals.js';
import type { Outcome } from './row.js';
import { stack, unlessLate, unlessStopped } from './stopping.js';
import type { Figure } from './summary.js';

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

const NAMES = {
  ours: 'our check',
  raw: 'bare sockets, the same lines',
  short: 'bare sockets, login and logout',
  blackbox: 'blackbox_exporter',
  checkImap: 'check_imap',
  client: 'client in C',
} as const;
type Who = keyof typeof NAMES;
type Measure = (cell: Cell) => Promise<ProbeTimes>;
type Round = Partial<Record<Who, ProbeTimes>>;

/** At least so many times the rate of that prober, by whether over TLS. */
const TARGETS: readonly { than: Who; plain: number; tls: number }[] = [
  { than: 'raw', plain: 0.85, tls: 0.85 },
  { than: 'blackbox', plain: 1, tls: 1 },
  { than: 'checkImap', plain: 3, tls: 2 },
];

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
    const [ours, raw, short] = [started(), started(), started()];
    const asking = exporter ? started() : null;
    const { checkImap, client } = rivals;
    const rival = (work: Promise<ProbeTimes>) => unlessLate(signal, work, ROUND_MS, 'a rival to make its checks');
    const probers: Partial<Record<Who, Measure>> = {
      ours: cell => ours.probe(jobOf('ours', cell)),
      raw: cell => raw.probe(jobOf('raw', cell)),
      short: cell => short.probe(jobOf('raw-short', cell)),
      ...(exporter &&
        asking && {
          blackbox: async (cell: Cell) => {
            const asked = { ...jobOf('http', cell), host: '127.0.0.1', port: exporter.port };
            const before = await exporter.cpuMs();
            const all = { ...asked, warmUp: 0, path: exporter.path(cell.tls), wanted: 'probe_success 1' };
            return { ...(await asking.probe(all)), cpuMs: (await exporter.cpuMs()) - before };
          },
        }),
      ...(checkImap && { checkImap: cell => rival(runCheckImap(checkImap.spawner, place, cell)) }),
      ...(client && {
        client: (cell: Cell) => (cell.tls ? Promise.reject() : rival(runClient(client, place, cell))),
      }),
    };
    const cells: { cell: Cell; rounds: Round[] }[] = [];
    for (const tls of [false, true])
      for (const [atOnce, count] of Object.entries(COUNTS))
        cells.push(await measured(probers, { tls, atOnce: Number(atOnce), count }));

    const refusal = await refusals(ours, { ...jobOf('ours', { tls: false, atOnce: 1, count: 0 }), count: 10 });
    const missing = rivals.missing.length > 0 ? [`Not installed, so not measured: ${rivals.missing.join('; ')}.`] : [];
    const targets = cells.flatMap(({ cell, rounds }) => targetsOf(cell, rounds));
    const failed = cells.flatMap(({ cell, rounds }) => failuresOf(cell, rounds));
    return {
      rows: [],
      figures: targets.map(({ figure }) => figure),
      notes: [
        tableOf(cells),
        '',
        ...targets.map(({ says }) => says),
        refusal.says,
        ...failed,
        ...missing,
        'Ours is the probe as a worker runs it (evidence, times, transcript), without the memory of refused passwords, which is slow on purpose. It and the same ' +
          'lines over bare sockets also ask for the capabilities and open INBOX; all others only log in and out.',
      ],
      missed: [...targets, refusal].some(({ met }) => !met) || failed.length > 0,
    };
  } finally {
    await ending.stop();
  }
};

/** The probers take turns in every round, each beginning one of them, so that a slow spell of the machine hits them all. */
const measured = async (
  probers: Partial<Record<Who, Measure>>,
  cell: Cell,
): Promise<{ cell: Cell; rounds: Round[] }> => {
  const able = (Object.keys(probers) as Who[]).filter(who => who !== 'client' || !cell.tls);
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

const rate = ({ ok, wallMs }: ProbeTimes): number => (ok / wallMs) * 1000;
const timesOf = (rounds: readonly Round[], who: Who): ProbeTimes[] => rounds.flatMap(round => round[who] ?? []);
const rateOf = (rounds: readonly Round[], who: Who): number => median(timesOf(rounds, who).map(rate));
/** Of the rates within one round; null where either was not measured. */
const ratioOf = (rounds: readonly Round[], who: Who, than: Who): number | null => {
  const ratios = rounds.flatMap(({ [who]: one, [than]: other }) => (one && other ? [rate(one) / rate(other)] : []));
  return ratios.length > 0 ? median(ratios) : null;
};
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const targetsOf = (cell: Cell, rounds: readonly Round[]): { met: boolean; says: string; figure: Figure }[] =>
  TARGETS.flatMap(({ than, plain, tls }) => {
    const ratio = ratioOf(rounds, 'ours', than);
    const least = cell.tls ? tls : plain;
    if (ratio === null) return [];
    const met = ratio >= least;
    const figure = {
      says: `login checks a second, ${nameOf(cell)}`,
      ours: `${rateOf(rounds, 'ours').toFixed(0)} (${ratio.toFixed(2)} ×)`,
      beside: `${NAMES[than]} ${rateOf(rounds, than).toFixed(0)}`,
      target: `≥ ${least} ×`,
      met,
    };
    return [
      { met, figure, says: `${word(met)}: ${nameOf(cell)}: ${ratio.toFixed(2)} × ${NAMES[than]}, wanted ≥ ${least}` },
    ];
  });

const failuresOf = (cell: Cell, rounds: readonly Round[]): string[] =>
  (Object.keys(NAMES) as Who[]).flatMap(who => {
    const all = timesOf(rounds, who);
    const failed = all.reduce((sum, { ok, made }) => sum + made - ok, 0);
    const says = all.find(each => each.says)?.says ?? '';
    return failed > 0 ? [`FAILED: ${nameOf(cell)}: ${failed} checks of ${NAMES[who]}: ${says}`] : [];
  });

const nameOf = ({ tls, atOnce }: Cell): string => `${tls ? 'TLS' : 'plain'}, ${atOnce} at once`;
const word = (met: boolean): string => (met ? 'met' : 'MISSED');

const tableOf = (cells: readonly { cell: Cell; rounds: readonly Round[] }[]): string =>
  [
    `| one login check, median of ${ROUNDS} rounds | prober | checks a second | ours against it | CPU ms a check |`,
    '| --- | --- | ---: | ---: | ---: |',
    ...cells.flatMap(({ cell, rounds }) =>
      (Object.keys(NAMES) as Who[])
        .filter(who => timesOf(rounds, who).length > 0)
        .map(who => {
          const cpu = median(timesOf(rounds, who).map(({ cpuMs, made }) => cpuMs / made));
          const ratio = who === 'ours' ? '–' : (ratioOf(rounds, 'ours', who) ?? Number.NaN).toFixed(2);
          return `| ${nameOf(cell)} | ${NAMES[who]} | ${rateOf(rounds, who).toFixed(0)} | ${ratio} | ${cpu.toFixed(2)} |`;
        }),
    ),
  ].join('\n');
