import type { ProbeTimes } from './prober.js';
import type { Cell } from './rivals.js';
import type { Figure } from './summary.js';

export const NAMES = {
  ours: 'our check',
  oursEach: 'our check, a process a core',
  raw: 'bare sockets, the same lines',
  short: 'bare sockets, login and logout',
  shortEach: 'bare sockets, login and logout, a process a core',
  blackbox: 'blackbox_exporter',
  blackboxSame: 'blackbox_exporter, the same lines',
  checkImap: 'check_imap',
  checkImapSame: 'check_imap, the same lines',
  client: 'client in C',
} as const;
export type Who = keyof typeof NAMES;
export type Round = Partial<Record<Who, ProbeTimes>>;
export type Measured = { cell: Cell; rounds: readonly Round[] };

/**
 * At least so many times the rate of that prober. The bare client is one thread, as a worker of ours is; the others take every core that there
 * is, so they are judged beside as many workers, which is how a site grows.
 */
const TARGETS: readonly { than: Who; plain: number; tls: number; threads: 'one' | 'all' }[] = [
  { than: 'raw', plain: 0.85, tls: 0.85, threads: 'one' },
  { than: 'blackbox', plain: 1, tls: 1, threads: 'all' },
  { than: 'checkImap', plain: 3, tls: 2, threads: 'all' },
];

const rate = ({ ok, wallMs }: ProbeTimes): number => (ok / wallMs) * 1000;
const timesOf = (rounds: readonly Round[], who: Who): ProbeTimes[] => rounds.flatMap(round => round[who] ?? []);
export const rateOf = (rounds: readonly Round[], who: Who): number => median(timesOf(rounds, who).map(rate));
/** Of the rates within one round; null where either was not measured. */
const ratioOf = (rounds: readonly Round[], who: Who, than: Who): number | null => {
  const ratios = rounds.flatMap(({ [who]: one, [than]: other }) => (one && other ? [rate(one) / rate(other)] : []));
  return ratios.length > 0 ? median(ratios) : null;
};
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export const targetsOf = ({ cell, rounds }: Measured): { met: boolean; says: string; figure: Figure }[] =>
  TARGETS.flatMap(({ than, plain, tls, threads }) => {
    const who = threads === 'all' && timesOf(rounds, 'oursEach').length > 0 ? 'oursEach' : 'ours';
    const ratio = ratioOf(rounds, who, than);
    const least = cell.tls ? tls : plain;
    if (ratio === null) return [];
    const met = ratio >= least;
    const figure = {
      says: `login checks a second, ${nameOf(cell)}`,
      ours: `${rateOf(rounds, who).toFixed(0)} (${ratio.toFixed(2)} ×)`,
      beside: `${NAMES[than]} ${rateOf(rounds, than).toFixed(0)}`,
      target: `≥ ${least} ×`,
      met,
    };
    const says = `${nameOf(cell)}: ${NAMES[who]} makes ${ratio.toFixed(2)} × ${NAMES[than]}, wanted ≥ ${least}`;
    return [{ met, figure, says: `${word(met)}: ${says}` }];
  });

export const failuresOf = ({ cell, rounds }: Measured): string[] =>
  (Object.keys(NAMES) as Who[]).flatMap(who => {
    const all = timesOf(rounds, who);
    const failed = all.reduce((sum, { ok, made }) => sum + made - ok, 0);
    const says = all.find(each => each.says)?.says ?? '';
    return failed > 0 ? [`FAILED: ${nameOf(cell)}: ${failed} checks of ${NAMES[who]}: ${says}`] : [];
  });

export const nameOf = ({ tls, atOnce }: Cell): string => `${tls ? 'TLS' : 'plain'}, ${atOnce} at once`;
export const word = (met: boolean): string => (met ? 'met' : 'MISSED');

export const tableOf = (all: readonly Measured[], rounds: number): string =>
  [
    `| one login check, median of ${rounds} rounds | prober | checks a second | our process against it | ours, a process a core | CPU ms a check |`,
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...all.flatMap(({ cell, rounds: made }) =>
      (Object.keys(NAMES) as Who[])
        .filter(who => timesOf(made, who).length > 0)
        .map(who => {
          const against = (ours: Who) => (ours === who ? '–' : (ratioOf(made, ours, who)?.toFixed(2) ?? '–'));
          const cpu = median(timesOf(made, who).map(({ cpuMs, made: count }) => cpuMs / count)).toFixed(2);
          const cells = [
            nameOf(cell),
            NAMES[who],
            rateOf(made, who).toFixed(0),
            against('ours'),
            against('oursEach'),
            cpu,
          ];
          return `| ${cells.join(' | ')} |`;
        }),
    ),
  ].join('\n');
