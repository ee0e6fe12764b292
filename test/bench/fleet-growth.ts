import { figuresOf } from './figures.js';
import type { Days } from './fleet-days.js';

/** What one size of fleet came to, as far as growth is concerned. */
export type Measured = {
  targets: number;
  checks: number;
  begun: readonly number[];
  cores: number;
  redisBytes: { before: number; after: number };
};

/** Ten times the targets cost at most this much more than ten times: 10 to the power of it. One is linear. */
const MOST_EXPONENT = 1.1;
/** Of one target: its reports and rows after two weeks, and each day from then on. Ten thousand are 1.4 GB, and 8 MB a day more. */
const MOST_BYTES = { afterTwoWeeks: 140 * 1_024, aDayThen: 0.8 * 1_024 };

type Growth = { lines: string[]; missed: boolean };

/** From the smallest fleet to the largest in one table, and how steeply each cost grows with the targets. */
export const growthOf = (fleets: readonly Measured[]): Growth => {
  const [first, last] = [fleets[0], fleets.at(-1)];
  const cells = fleets.map(({ targets, checks, begun, cores, redisBytes }) => [
    targets.toLocaleString('en-US'),
    String(checks),
    `${Math.round(figuresOf(begun).p99)} ms`,
    cores.toFixed(3),
    `${((cores * 1_000) / (targets / PERIOD_SEC)).toFixed(1)} ms`,
    `${kb((redisBytes.after - redisBytes.before) / checks)} KB`,
  ]);
  const table = [HEAD, HEAD.map(() => '---:'), ...cells].map(row => `| ${row.join(' | ')} |`);
  if (!first || !last || first === last) return { lines: table, missed: false };
  const exponent = Math.log(last.cores / first.cores) / Math.log(last.targets / first.targets);
  const isLinear = exponent <= MOST_EXPONENT;
  return {
    lines: [
      ...table,
      `From ${first.targets} to ${last.targets.toLocaleString('en-US')} targets the processor time grows with the power ${exponent.toFixed(2)} of their number (1 is linear, target ≤ ${MOST_EXPONENT}): ${isLinear ? 'met' : 'MISSED'}.`,
    ],
    missed: !isLinear,
  };
};

const PERIOD_SEC = 300;
const HEAD = ['targets', 'checks', 'begun late, p99', 'cores', 'of a core a check', 'Redis more a check'];

/** What a target needs in Redis, held against its bound. */
export const daysNotes = (days: readonly Days[]): Growth => {
  const isWithin = ({ after, aDayThen }: Days) =>
    (after.get(14) ?? Number.NaN) <= MOST_BYTES.afterTwoWeeks && aDayThen <= MOST_BYTES.aDayThen;
  return {
    lines: days.map(each => {
      const told = [...each.after].map(([day, bytes]) => `${kb(bytes)} KB after ${day} ${day === 1 ? 'day' : 'days'}`);
      return `Redis for one ${each.target}, checked every 5 min: ${told.join(', ')} (of it ${kb(each.reports)} KB whole reports), then ${kb(each.aDayThen)} KB a day (target ≤ ${kb(MOST_BYTES.afterTwoWeeks)} KB after 14 days, then ≤ ${kb(MOST_BYTES.aDayThen)} KB a day): ${isWithin(each) ? 'met' : 'MISSED'}.`;
    }),
    missed: !days.every(isWithin),
  };
};

const kb = (bytes: number): string => (bytes / 1_024).toFixed(1);
