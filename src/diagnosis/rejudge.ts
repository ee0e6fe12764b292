import type { IsoTime } from '../domain/clock.js';
import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import { Leg } from '../domain/evidence/evidence.js';
import type { Evidence } from '../domain/evidence/index.js';
import { RunId } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import type { Report } from '../domain/report.js';
import type { Target } from '../domain/target.js';
import { exchangeVersion } from '../rules/exchange-version.js';
import { rules } from '../rules/index.js';
import { diagnose } from './diagnose.js';

/** `no-version`: commands for it cannot be made; `says` tells what was pasted about it, null where that was nothing. */
export type Rejudged =
  | { is: 'judged'; report: Report; target: Target }
  | { is: 'no-version'; says: string | null }
  | { is: 'mistake'; says: string };

type Seen = Pick<Report, 'run' | 'plan' | 'observations' | 'startedAt' | 'finishedAt'>;

/**
 * Judges once more what an earlier report saw, if there was one, together with what somebody has pasted since. Looks at nothing.
 * A version that was pasted and contradicts the configured one is a mistake of the configuration: commands would be for the wrong one.
 */
export const rejudge = ({
  target,
  seen,
  pasted,
  read,
  at,
  onCrash,
}: {
  target: ConfiguredTarget;
  seen: Seen | null;
  pasted: readonly Evidence[];
  /** What of earlier readings counts now; without it what counted in that report. */
  read?: readonly Observation[];
  at: IsoTime;
  onCrash: (error: unknown, rule: string) => void;
}): Rejudged => {
  const nothing = { target: target.id, orders: [], uncovered: [], leftOut: [], legs: [...Leg.options] };
  const report = diagnose(
    { rules, onCrash },
    {
      run: seen?.run ?? RunId.parse('cli-fix'),
      target,
      plan: { ...(seen?.plan ?? nothing), ...(read ? { withRead: [...Leg.options] } : {}) },
      observations: seen?.observations ?? [],
      pasted,
      artifacts: read ?? seen?.observations ?? [],
      startedAt: seen?.startedAt ?? at,
      finishedAt: seen?.finishedAt ?? at,
    },
  );
  const isListed = pasted.some(({ kind }) => kind === 'exchange-server');
  const verdict = report.verdicts.find(({ rule }) => rule === exchangeVersion.id);
  if (isListed && target.exchange.version && verdict?.is === 'problem')
    return { is: 'mistake', says: verdict.findings.map(({ says }) => says).join(' ') };
  const known = versioned(target, report.revealed?.version);
  if (known) return { is: 'judged', report, target: known };
  return { is: 'no-version', says: isListed && verdict?.is === 'unknown' ? verdict.says : null };
};
