import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAM } from '../support/program.js';
import { captureFile, jettyFile, type LargeFile, syncFile } from './read-files.js';
import type { Outcome } from './row.js';
import { StoppedError } from './stopping.js';

const ROUNDS = 3;
/** Smaller files for a try; what a target is judged by is a gigabyte. */
const MB = Number(process.env.UCCX_BENCH_READ_MB) || 1024;
const MOST_MB = 150;

/** `target`: null for one that is shown beside, and judges nothing. */
type Rival = {
  name: string;
  does: string;
  package: string;
  words: (path: string) => string[];
  target: number | null;
  rounds: number;
};
const ripgrep = (does: string, pattern: string, target: number | null = 0.3): Rival => ({
  name: 'rg',
  does,
  package: 'ripgrep',
  words: path => ['rg', '-c', pattern, path],
  target,
  rounds: ROUNDS,
});
const FIELDS = ['frame.number', 'ip.src', 'tcp.dstport', 'imap.request', 'imap.response'];
const tshark: Rival = {
  name: 'tshark',
  does: 'the commands',
  package: 'tshark',
  words: path => ['tshark', '-n', '-r', path, '-Y', 'imap', '-T', 'fields', ...FIELDS.flatMap(field => ['-e', field])],
  target: 20,
  rounds: 1, // it takes minutes
};
/** What a line of Mailbox Sync must have for our reader to look at it: ripgrep then finds the same lines as it does. */
const TOLD =
  'HTTP |Error[A-Z]|outstanding requests|Stale subscription check|BackOffMilliseconds|INVALID_CREDENTIALS|Domain Controller';
const CASES: readonly { file: LargeFile; rivals: readonly Rival[] }[] = [
  { file: jettyFile, rivals: [ripgrep('the same lines', 'NotificationService')] },
  {
    file: syncFile,
    rivals: [ripgrep('the same lines', TOLD), ripgrep('one rare word', 'HTTP request failed', null)],
  },
  { file: captureFile, rivals: [tshark] },
];

/** How fast the command line reads large files, and in how much memory, beside what people search such files with. */
export const benchRead = async (signal: AbortSignal): Promise<Outcome> => {
  const free = await statfs(tmpdir());
  if (free.bavail * free.bsize < 2 * MB * 2 ** 20)
    return { rows: [], notes: [`read: not measured, ${tmpdir()} has no room for ${2 * MB} MB.`] };
  const folder = await mkdtemp(join(tmpdir(), 'uccx-bench-read-'));
  try {
    const measured = [];
    for (const one of CASES) measured.push(await measure(signal, folder, one));
    return {
      rows: [],
      figures: measured.map(({ figure }) => figure),
      notes: [
        `Files of ${MB} MB, from the page cache; medians of ${ROUNDS} rounds in turns (tshark: one). Rates by the clock, ratios by the clock and by processor time.`,
        '',
        '| file | ours | rival | ratio by the clock | by processor time | target | resident, target ≤ 150 MB |',
        '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        ...measured.flatMap(({ lines }) => lines),
        ...measured.flatMap(({ missing }) => missing),
      ],
      missed: measured.some(({ missed }) => missed),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

type Run = { wallMs: number; cpuMs: number; peakMb: number };

const measure = async (signal: AbortSignal, folder: string, { file, rivals }: (typeof CASES)[number]) => {
  const path = join(folder, file.name);
  await file.write(path, MB * 2 ** 20, signal);
  const { size } = await stat(path);
  const there = [];
  for (const rival of rivals) if (await isThere(rival.name)) there.push({ rival, runs: [] as Run[] });
  const ours: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(signal, [process.execPath, PROGRAM, 'read', path, '--json'], [0, 1, 2]));
    for (const { rival, runs } of there)
      if (round < rival.rounds) runs.push(await timed(signal, rival.words(path), [0]));
  }
  await rm(path);
  const mb = size / 1e6;
  const rate = (runs: readonly Run[]) => `${Math.round(mb / (median(runs, 'wallMs') / 1000))} MB/s`;
  const peakMb = Math.max(...ours.map(run => run.peakMb));
  const beside = there.map(({ rival, runs }) => ({
    rival,
    rate: rate(runs),
    wall: median(runs, 'wallMs') / median(ours, 'wallMs'),
    cpu: median(runs, 'cpuMs') / median(ours, 'cpuMs'),
  }));
  const judged = beside.find(({ rival }) => rival.target !== null) ?? null;
  const target = judged?.rival.target ?? null;
  const missed = peakMb > MOST_MB || (judged !== null && target !== null && judged.wall < target);
  const lines = beside.map(({ rival, rate: theirs, wall, cpu }) => [
    `${rival.name}, ${rival.does}: ${theirs}`,
    wall.toFixed(2),
    cpu.toFixed(2),
    rival.target === null ? '–' : `≥ ${rival.target}`,
  ]);
  return {
    figure: {
      says: `reading ${file.name}`,
      ours: `${rate(ours)}${judged ? ` (${judged.wall.toFixed(2)} ×)` : ''}, ${peakMb} MB`,
      beside: judged && `${judged.rival.name}, ${judged.rival.does}: ${judged.rate}`,
      target: `${target === null ? '' : `≥ ${target} ×, `}≤ ${MOST_MB} MB`,
      met: !missed,
    },
    lines: (lines.length > 0 ? lines : [['–', '–', '–', '–']]).map(
      cells => `| ${[file.name, rate(ours), ...cells, `${peakMb} MB`].join(' | ')} |`,
    ),
    missing:
      there.length > 0
        ? []
        : rivals.slice(0, 1).map(rival => `${rival.name} is not there (Debian package ${rival.package}).`),
    missed,
  };
};

const isThere = (program: string): Promise<boolean> =>
  promisify(execFile)(program, ['--version']).then(
    () => true,
    () => false, // said to be missing
  );

const median = (runs: readonly Run[], what: 'wallMs' | 'cpuMs'): number =>
  runs.map(run => run[what]).sort((a, b) => a - b)[Math.floor((runs.length - 1) / 2)] ?? Number.NaN;

/** A program from its start to its end: bash counts the processor time of what it waited for. */
const timed = async (signal: AbortSignal, words: readonly string[], fine: readonly number[]): Promise<Run> => {
  const script = 'TIMEFORMAT="time %R %U %S"; time "$@" >/dev/null';
  const child = spawn('bash', ['-c', script, 'bash', ...words], { stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said = (said + part).slice(-10_000);
  });
  let peakMb = 0;
  const looking = setInterval(() => {
    void peakOf(child.pid).then(mb => {
      peakMb = Math.max(peakMb, mb);
    });
  }, 50);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    const [, wall, user, system] = /^time ([\d.]+) ([\d.]+) ([\d.]+)$/m.exec(said) ?? [];
    if (code === null || !fine.includes(code) || wall === undefined)
      throw new Error(`${words[0]} ended with ${code}: ${said}`);
    return { wallMs: Number(wall) * 1000, cpuMs: (Number(user) + Number(system)) * 1000, peakMb };
  } catch (error) {
    if (signal.aborted) throw new StoppedError('stopped');
    throw error;
  } finally {
    clearInterval(looking);
  }
};

/** The most that the program behind that shell has had resident; 0 where the system does not tell. */
const peakOf = async (shell: number | undefined): Promise<number> => {
  const pid = (await readFile(`/proc/${shell}/task/${shell}/children`, 'utf8').catch(() => '')).trim();
  if (!/^\d+$/.test(pid)) return 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
};
