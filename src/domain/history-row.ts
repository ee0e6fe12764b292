import { z } from 'zod';
import { IsoTime } from './clock.js';
import type { ConfiguredTarget } from './configured-target.js';
import type { Evidence } from './evidence/index.js';
import { RunId } from './ids.js';
import { sessionsAtWork } from './ladder.js';
import { problemsOf, type Report, State, stateOf } from './report.js';

/**
 * What stays of a look when its report is no longer kept: one look, or neighbours of one standing that were thinned to one row.
 * `at` is when its first look ended, `until` its last.
 */
export const HistoryRow = z.object({
  at: IsoTime,
  until: IsoTime,
  looks: z.int().min(1),
  /** Of a single look: its whole report may still be kept under it. */
  run: RunId.nullable(),
  state: State,
  /** The worst of its problems; null where there is none. */
  severity: z.enum(['critical', 'warning']).nullable(),
  /** The rules that found a problem. */
  rules: z.array(z.string()).max(100),
  /** Milliseconds of a login, and how many took that long; of a thinned row within 2.5 %. */
  logins: z.array(z.tuple([z.number().min(0), z.int().min(1)])),
  /** Sessions that the shared account needs at work, and that it may have by what was read or measured. */
  needed: z.int().min(0).nullable(),
  possible: z.int().min(0).nullable(),
  /** Of the certificate that ends first; below 0 it has ended. */
  certificateDays: z.int().nullable(),
  /** The longest pause between two keep-alives. */
  gapMs: z.number().min(0).nullable(),
});
export type HistoryRow = z.infer<typeof HistoryRow>;

/** How a target stood: a warning is a problem that breaks nothing yet, so it is no outage. */
export type Standing = 'healthy' | 'warning' | 'critical' | 'unknown';
export const standingOf = ({ state, severity }: Pick<HistoryRow, 'state' | 'severity'>): Standing =>
  state === 'problem' ? (severity ?? 'critical') : state;

/**
 * One report as a row. Without its target it cannot tell what is needed, nor whether everything was asked about. How it stood is what was
 * looked at (`looked`): what people had read ends by the clock, and its end is no recovery.
 */
export const rowOf = (report: Report, target?: ConfiguredTarget, looked: Report = report): HistoryRow => {
  const facts = report.observations.flatMap(observation => (observation.is === 'seen' ? observation.evidence : []));
  const problems = problemsOf(looked);
  const state = stateOf(looked);
  return {
    at: report.finishedAt,
    until: report.finishedAt,
    looks: 1,
    run: report.run,
    // Healthy as far as was asked: that ends no outage of what was left out.
    state: state === 'healthy' && target && isPartial(report, target) ? 'unknown' : state,
    severity: problems.some(({ severity }) => severity === 'critical')
      ? 'critical'
      : problems.length > 0
        ? 'warning'
        : null,
    rules: [...new Set(problems.map(({ rule }) => rule))].sort().slice(0, 100),
    logins: loginsOf(facts).map(ms => [Math.round(ms), 1]),
    needed: target?.kind === 'uccx-mail' ? sessionsAtWork(target) : null,
    possible: lowest([...facts.flatMap(sessionsAllowed), ...stated(target)]),
    certificateDays: lowest(facts.flatMap(fact => daysLeft(fact, report.finishedAt))),
    gapMs: longest(facts.flatMap(pausesIn)),
  };
};

export const isPartial = ({ plan }: Report, target: ConfiguredTarget): boolean => {
  const legs = target.kind === 'uccx-mail' ? (['imap', 'smtp'] as const) : (['notify'] as const);
  const whole = [...legs, ...(target.web ? (['web'] as const) : [])];
  return whole.some(leg => !plan.legs.includes(leg));
};

/** Over IMAP, as agents log in; where nobody did, over SMTP. */
const loginsOf = (facts: readonly Evidence[]): number[] => {
  const taken = (kind: 'imap-login' | 'smtp-login') =>
    facts.flatMap(fact => (fact.kind === kind && fact.outcome === 'accepted' ? [fact.tookMs] : []));
  const byImap = taken('imap-login');
  return byImap.length > 0 ? byImap : taken('smtp-login');
};

const sessionsAllowed = (fact: Evidence): number[] => {
  if (fact.kind === 'imap-limits') return known(fact.maxConnectionsPerUser);
  if (fact.kind === 'store-limits') return known(fact.serviceSessionsPerUser);
  return fact.kind === 'imap-ladder' && fact.stoppedBy === 'refusal' ? [fact.opened] : [];
};

/** What an administrator read and wrote down stands in the configuration, not in the report. */
const stated = (target: ConfiguredTarget | undefined): number[] => {
  if (target?.kind !== 'uccx-mail') return [];
  const { imapConnectionsPerUser, storeSessionsPerUser } = target.limits ?? {};
  return [imapConnectionsPerUser, storeSessionsPerUser].filter(value => value !== undefined);
};

const DAY_MS = 86_400_000;
const daysLeft = (fact: Evidence, at: IsoTime): number[] =>
  fact.kind === 'tls-session' && fact.certificate
    ? [Math.floor((Date.parse(fact.certificate.notAfter) - Date.parse(at)) / DAY_MS)]
    : [];

/** Exchange pushes to Unity Connection every five minutes at least; what a log or a capture shows of it. */
const pausesIn = (fact: Evidence): number[] => {
  if (fact.kind === 'notify-log' && fact.longestGap)
    return [Date.parse(fact.longestGap.to) - Date.parse(fact.longestGap.from)];
  return fact.kind === 'captured-sessions' && fact.notifications?.longestPauseMs != null
    ? [fact.notifications.longestPauseMs]
    : [];
};

const known = (value: number | null): number[] => (value === null || value < 0 ? [] : [value]);
const lowest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b));
const longest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
