import type { IsoTime } from './clock.js';
import type { DigestEntry } from './digest.js';
import { type HistoryRow, rowOf } from './history-row.js';
import type { TargetId } from './ids.js';
import { type Quieted, quietOf, type Silence, silencesOf, type Told, toldAs } from './quiet-of.js';
import { problemsOf, type Report, stateOf } from './report.js';
import type { Finding, Severity } from './verdict.js';

/** What is known of one target when its digest is due. */
export type DigestFacts = {
  target: TargetId;
  /** The latest, of this digest's own look or of somebody else's. */
  report: Report | null;
  /** Why `report` does not tell how it is now; null where it does. */
  stale: string | null;
  /** The looks since the digest before, in order of time. */
  rows: readonly HistoryRow[];
};

/** `calmed`: nothing is left but what is silenced. That is no recovery. */
type DigestEvent = { is: 'broke' | 'recovered' | 'calmed'; at: IsoTime };

/** One target in a digest: how it is, and what is different from the digest before. */
export type TargetNews = {
  entry: DigestEntry;
  report: Report | null;
  /** How it is told, and what of it is silenced. */
  told: Told;
  quiet: Quieted;
  /** Of an unknown state. */
  why: string | null;
  events: DigestEvent[];
  gained: Finding[];
  gone: DigestEntry['findings'];
  headroom: Headroom | null;
};

export type Headroom = Pick<HistoryRow, 'needed' | 'possible' | 'certificateDays' | 'gapMs'> & {
  /** The tightest of the receive connectors whose limits were read; null where none was. */
  connector: { perSource: number | null; messagesPerMinute: number | null } | null;
};

/** Pure. `before` is what the digest before said, null where there was none; `silences` are those that count now. */
export const newsOf = (
  { target, report, stale, rows }: DigestFacts,
  before: DigestEntry | null,
  silences: readonly Silence[] = [],
): TargetNews => {
  const current = stale === null ? report : null;
  const state = current ? stateOf(current) : 'unknown';
  const problems = current ? problemsOf(current) : [];
  const quiet = quietOf(target, problems, silences);
  const told = toldAs(state, current, quiet);
  const findings = byRule(problems, quiet.loud).map(found => ({ ...found, since: foundSince(found.rule) }));
  const missing = (before?.findings ?? []).filter(({ rule }) => !findings.some(found => found.rule === rule));
  // What could not be looked at again is not gone.
  const isGone = ({ rule }: { rule: string }) =>
    current?.verdicts.some(verdict => verdict.rule === rule && verdict.is !== 'unknown') ?? false;
  const mine = silencesOf(target, silences);
  const events = eventsIn(rows, before, row => isSilenced(row, mine));
  return {
    entry: {
      target,
      state,
      since: stateSince(),
      ...(told === state || told === 'healthy' || told === 'problem' ? {} : { told }),
      findings: [...findings, ...missing.filter(each => !isGone(each))],
    },
    report,
    told,
    quiet,
    why: state === 'unknown' || told === 'unknown' ? (stale ?? whyUnknown(report)) : null,
    events,
    gained: quiet.loud.filter(({ rule }) => !before?.findings.some(each => each.rule === rule && !each.silent)),
    gone: missing.filter(isGone),
    headroom: headroomIn(rows, report),
  };

  function foundSince(rule: string): IsoTime {
    const known = before?.findings.find(each => each.rule === rule);
    return known?.since ?? firstOfLast(row => row.rules.includes(rule)) ?? (current as Report).finishedAt;
  }

  function stateSince(): IsoTime | null {
    if (!current) return before?.state === 'unknown' ? before.since : null;
    const last = events.at(-1);
    if (before?.state === state && !last) return before.since;
    return (state === 'unknown' ? null : last?.at) ?? firstOfLast(isSoNow) ?? current.finishedAt;
  }

  /** What is silenced is not what somebody is called for. */
  function isSoNow(row: HistoryRow): boolean {
    return row.state === state && (told !== 'problem' || !isSilenced(row, mine));
  }

  /** When the looks began that were all so, up to the last one. Those that could not tell do not count. */
  function firstOfLast(isSo: (row: HistoryRow) => boolean): IsoTime | null {
    let since: IsoTime | null = null;
    for (const row of rows) {
      if (isSo(row)) since ??= row.at;
      else if (row.state !== 'unknown') since = null;
    }
    return since;
  }
};

/** A problem and its end, as they were seen; a look that could not tell is neither. */
const eventsIn = (
  rows: readonly HistoryRow[],
  before: DigestEntry | null,
  isSilent: (seen: Pick<HistoryRow, 'rules' | 'severity'>) => boolean,
): DigestEvent[] => {
  const events: DigestEvent[] = [];
  let state = before ? stateBefore(before, isSilent) : null;
  for (const row of rows) {
    if (row.state === 'unknown') continue;
    const is = row.state === 'problem' && isSilent(row) ? 'silent' : row.state;
    if (state !== is && state !== null) {
      if (is === 'problem') events.push({ is: 'broke', at: row.at });
      else if (state === 'problem') events.push({ is: is === 'healthy' ? 'recovered' : 'calmed', at: row.at });
    }
    state = is;
  }
  return events;
};

const stateBefore = (
  { state, findings }: DigestEntry,
  isSilent: (seen: Pick<HistoryRow, 'rules' | 'severity'>) => boolean,
): 'healthy' | 'problem' | 'silent' | null => {
  if (state === 'healthy') return 'healthy';
  if (findings.length === 0) return state === 'unknown' ? null : 'problem';
  const severity = findings.some(found => found.severity === 'critical') ? 'critical' : 'warning';
  return isSilent({ rules: findings.map(({ rule }) => rule), severity }) ? 'silent' : 'problem';
};

/** A row knows rules and the worst severity: it is silenced where each rule of it is, and it is no worse than what was accepted. */
const isSilenced = (
  { rules, severity }: Pick<HistoryRow, 'rules' | 'severity'>,
  silences: readonly Silence[],
): boolean =>
  rules.length > 0 &&
  rules.every(rule =>
    silences.some(({ quiet }) =>
      quiet.is === 'acceptance'
        ? quiet.finding.rule === rule && (quiet.finding.severity === 'critical' || severity === 'warning')
        : quiet.is === 'mute' && quiet.rule === rule,
    ),
  );

const RANK: readonly Severity[] = ['critical', 'warning', 'notice'];

/** One for each rule, as the worst of its findings says that nothing silences, or else its worst. */
const byRule = (problems: readonly Finding[], loud: readonly Finding[]) => {
  const rules = [...new Set(problems.map(({ rule }) => rule))];
  return rules
    .flatMap(rule => {
      const mine = problems.filter(finding => finding.rule === rule);
      const heard = mine.filter(finding => loud.includes(finding));
      const [worst] = (heard.length > 0 ? heard : mine).sort(
        (a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity),
      );
      const silent = heard.length > 0 ? {} : { silent: true as const };
      return worst ? [{ rule, severity: worst.severity, says: worst.says, ...silent }] : [];
    })
    .sort((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity));
};

const whyUnknown = (report: Report | null): string => {
  if (!report) return 'it has not been checked yet';
  const open = report.verdicts.find(verdict => verdict.is === 'unknown' && verdict.behind === null);
  return open?.is === 'unknown' ? `${open.says} [${open.rule}]` : 'not everything was looked at';
};

/** What is needed and possible changes seldom and is not seen by every look: the latest that knew it. Of pauses the longest since. */
const headroomIn = (rows: readonly HistoryRow[], report: Report | null): Headroom | null => {
  const all = rows.length > 0 ? rows : report ? [rowOf(report)] : [];
  const latest = <Key extends 'needed' | 'possible' | 'certificateDays'>(key: Key) =>
    all.findLast(row => row[key] !== null)?.[key] ?? null;
  const headroom = {
    needed: latest('needed'),
    possible: latest('possible'),
    certificateDays: latest('certificateDays'),
    gapMs: all.reduce<number | null>((most, { gapMs }) => (gapMs === null ? most : Math.max(gapMs, most ?? 0)), null),
    connector: report ? connectorIn(report) : null,
  };
  return Object.values(headroom).some(value => value !== null) ? headroom : null;
};

const connectorIn = ({ observations }: Report): Headroom['connector'] => {
  const limits = observations
    .flatMap(observation => (observation.is === 'seen' ? observation.evidence : []))
    .filter(fact => fact.kind === 'connector-limits');
  const least = (key: 'connectionsPerSource' | 'messagesPerMinute') =>
    limits.reduce<number | null>((lowest, fact) => {
      const value = fact[key];
      return typeof value === 'number' ? Math.min(value, lowest ?? value) : lowest;
    }, null);
  const connector = { perSource: least('connectionsPerSource'), messagesPerMinute: least('messagesPerMinute') };
  return connector.perSource === null && connector.messagesPerMinute === null ? null : connector;
};

/** Whether there is anything to say that the digest before did not say. */
export const hasChanged = ({ entry, told, events, gained, gone }: TargetNews, before: DigestEntry | null): boolean => {
  if (before === null) return true;
  if (told === 'muted' || told === 'maintenance') return false;
  return (
    (before.told ?? before.state) !== told ||
    events.length + gained.length + gone.length > 0 ||
    entry.findings.some(
      ({ rule, severity, silent }) =>
        !silent && before.findings.some(each => each.rule === rule && each.severity !== severity),
    )
  );
};
