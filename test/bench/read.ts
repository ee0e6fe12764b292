import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { captureFile, jettyFile, type LargeFile, syncFile } from './read-files.js';
import type { Outcome } from './row.js';
import { PROGRAM } from './stand.js';
import { StoppedError } from './stopping.js';

const ROUNDS = 3;
/** Smaller files for a try; what a target is judged by is a gigabyte. */
const MB = Number(process.env.UCCX_BENCH_READ_MB) || 1024;
const MOST_MB = 150;

type Rival = { name: string; package: string; words: (path: string) => string[]; target: number; rounds: number };
const ripgrep = (pattern: string): Rival => ({
  name: 'rg',
  package: 'ripgrep',
  words: path => ['rg', '-c', pattern, path],
  target: 0.3,
  rounds: ROUNDS,
});
const FIELDS = ['frame.number', 'ip.src', 'tcp.dstport', 'imap.request', 'imap.response'];
const tshark: Rival = {
  name: 'tshark',
  package: 'tshark',
  words: path => ['tshark', '-n', '-r', path, '-Y', 'imap', '-T', 'fields', ...FIELDS.flatMap(field => ['-e', field])],
  target: 20,
  rounds: 1, // it takes minutes
};
const CASES: readonly { file: LargeFile; rival: Rival }[] = [
  { file: jettyFile, rival: ripgrep('NotificationService') },
  { file: syncFile, rival: ripgrep('HTTP request failed') },
  { file: captureFile, rival: tshark },
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
        ...measured.map(({ line }) => line),
        ...measured.flatMap(({ missing }) => missing),
      ],
      missed: measured.some(({ missed }) => missed),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

type Run = { wallMs: number; cpuMs: number; peakMb: number };

const measure = async (signal: AbortSignal, folder: string, { file, rival }: (typeof CASES)[number]) => {
  const path = join(folder, file.name);
  await file.write(path, MB * 2 ** 20, signal);
  const { size } = await stat(path);
  const isThere = await promisify(execFile)(rival.name, ['--version']).then(
    () => true,
    () => false, // said to be missing
  );
  const [ours, theirs]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(signal, [process.execPath, PROGRAM, 'read', path, '--json'], [0, 1, 2]));
    if (isThere && round < rival.rounds) theirs.push(await timed(signal, rival.words(path), [0]));
  }
  await rm(path);
  const mb = size / 1e6;
  const rate = (runs: readonly Run[]) => `${Math.round(mb / (median(runs, 'wallMs') / 1000))} MB/s`;
  const ratio = (what: 'wallMs' | 'cpuMs') => median(theirs, what) / median(ours, what);
  const peakMb = Math.max(...ours.map(run => run.peakMb));
  const cells = isThere
    ? [`${rival.name} ${rate(theirs)}`, ratio('wallMs').toFixed(2), ratio('cpuMs').toFixed(2), `≥ ${rival.target}`]
    : ['–', '–', '–', '–'];
  const missed = peakMb > MOST_MB || (isThere && ratio('wallMs') < rival.target);
  return {
    figure: {
      says: `reading ${file.name}`,
      ours: `${rate(ours)}${isThere ? ` (${ratio('wallMs').toFixed(2)} ×)` : ''}, ${peakMb} MB`,
      beside: isThere ? `${rival.name} ${rate(theirs)}` : null,
      target: `${isThere ? `≥ ${rival.target} ×, ` : ''}≤ ${MOST_MB} MB`,
      met: !missed,
    },
    line: `| ${[file.name, rate(ours), ...cells, `${peakMb} MB`].join(' | ')} |`,
    missing: isThere ? [] : [`${rival.name} is not there (Debian package ${rival.package}).`],
    missed,
  };
};

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
