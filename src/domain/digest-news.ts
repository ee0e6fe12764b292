import type { IsoTime } from './clock.js';
import type { DigestEntry } from './digest.js';
import { type HistoryRow, rowOf } from './history-row.js';
import type { TargetId } from './ids.js';
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

type DigestEvent = { is: 'broke' | 'recovered'; at: IsoTime };

/** One target in a digest: how it is, and what is different from the digest before. */
export type TargetNews = {
  entry: DigestEntry;
  report: Report | null;
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

/** Pure. `before` is what the digest before said, null where there was none. */
export const newsOf = ({ target, report, stale, rows }: DigestFacts, before: DigestEntry | null): TargetNews => {
  const current = stale === null ? report : null;
  const state = current ? stateOf(current) : 'unknown';
  const problems = current ? problemsOf(current) : [];
  const findings = byRule(problems).map(found => ({ ...found, since: foundSince(found.rule) }));
  const missing = (before?.findings ?? []).filter(({ rule }) => !findings.some(found => found.rule === rule));
  // What could not be looked at again is not gone.
  const isGone = ({ rule }: { rule: string }) =>
    current?.verdicts.some(verdict => verdict.rule === rule && verdict.is !== 'unknown') ?? false;
  const events = eventsIn(rows, before);
  return {
    entry: {
      target,
      state,
      since: stateSince(),
      findings: [...findings, ...missing.filter(each => !isGone(each))],
    },
    report,
    why: state === 'unknown' ? (stale ?? whyUnknown(report)) : null,
    events,
    gained: problems.filter(({ rule }) => !before?.findings.some(each => each.rule === rule)),
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
    return (state === 'unknown' ? null : last?.at) ?? firstOfLast(row => row.state === state) ?? current.finishedAt;
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
const eventsIn = (rows: readonly HistoryRow[], before: DigestEntry | null): DigestEvent[] => {
  const events: DigestEvent[] = [];
  let state = before?.state === 'unknown' ? null : (before?.state ?? null);
  if (before?.state === 'unknown' && before.findings.length > 0) state = 'problem';
  for (const row of rows) {
    if (row.state === 'unknown') continue;
    if (state !== null && row.state !== state)
      events.push({ is: row.state === 'problem' ? 'broke' : 'recovered', at: row.at });
    state = row.state;
  }
  return events;
};

const RANK: readonly Severity[] = ['critical', 'warning', 'notice'];

/** One for each rule, as its worst finding says. */
const byRule = (problems: readonly Finding[]) => {
  const rules = [...new Set(problems.map(({ rule }) => rule))];
  return rules
    .flatMap(rule => {
      const [worst] = problems
        .filter(finding => finding.rule === rule)
        .sort((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity));
      return worst ? [{ rule, severity: worst.severity, says: worst.says }] : [];
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
export const hasChanged = ({ entry, events, gained, gone }: TargetNews, before: DigestEntry | null): boolean =>
  before === null ||
  before.state !== entry.state ||
  events.length + gained.length + gone.length > 0 ||
  entry.findings.some(({ rule, severity }) =>
    before.findings.some(each => each.rule === rule && each.severity !== severity),
  );
