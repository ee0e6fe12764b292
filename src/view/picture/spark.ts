import type { Trend } from '../../domain/trend.js';

const BARS = [...'▁▂▃▄▅▆▇█'];
const STANDING = { critical: 'X', warning: '!', unknown: '?', healthy: '-' } as const;

/** The same as the picture in letters of one width: login time as bars, and under them how it stood. */
export const sparks = ({ columns }: Trend): string[] => {
  const most = Math.max(0, ...columns.map(({ logins }) => logins?.p95 ?? 0));
  const bars = columns.map(({ logins }) =>
    logins ? (BARS[Math.max(0, Math.ceil((logins.p95 / (most || 1)) * BARS.length) - 1)] ?? '') : ' ',
  );
  const standing = columns.map(({ share }) => {
    const worst = (['critical', 'warning', 'unknown', 'healthy'] as const).find(is => share[is] > 0);
    return worst ? STANDING[worst] : ' ';
  });
  return [
    ...(most > 0 ? [`login |${bars.join('')}| up to ${Math.round(most)} ms`] : []),
    `state |${standing.join('')}|`,
    '       - healthy, ! warning, X broken, ? unknown',
  ];
};
