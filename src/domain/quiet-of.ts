import type { TargetId } from './ids.js';
import { occurrenceAt } from './maintenance.js';
import type { Acceptance, Quiet } from './quiet.js';
import { type Report, type State, stateOf } from './report.js';
import { Certainty, type Finding, Severity } from './verdict.js';

/** What keeps something silent at a moment, and until when it does. */
export type Silence = { quiet: Quiet; untilMs: number };

/** What silences one target: all of it, or some of its findings. */
export type Quieted = {
  /** A mute of the target or a window: of several the one that lasts longest. */
  whole: Silence | null;
  /** Each finding with what silences it, `whole` left aside. */
  findings: readonly { finding: Finding; silence: Silence | null }[];
  /** What somebody must still hear of: nothing silences it. */
  loud: readonly Finding[];
};

/** Those that count at that moment. Derived from the time alone, so nothing has to run for one to end. */
export const silencesAt = (quiets: readonly Quiet[], at: number): Silence[] =>
  quiets.flatMap((quiet): Silence[] => {
    const untilMs = quiet.is === 'maintenance' ? occurrenceAt(quiet, at)?.untilMs : Date.parse(quiet.until);
    return untilMs !== undefined && at < untilMs ? [{ quiet, untilMs }] : [];
  });

/** What of these findings is silenced, and by what. Pure; digests and watches both ask it. `silences` as `silencesAt` gives them. */
export const quietOf = (target: TargetId, findings: readonly Finding[], silences: readonly Silence[]): Quieted => {
  const mine = silencesOf(target, silences);
  const whole = longest(mine.filter(({ quiet }) => quiet.is === 'maintenance' || (quiet.is === 'mute' && !quiet.rule)));
  const each = findings.map(finding => ({
    finding,
    silence: longest(mine.filter(({ quiet }) => isOfFinding(quiet, finding))),
  }));
  return {
    whole,
    findings: each,
    loud: whole ? [] : each.flatMap(({ finding, silence }) => (silence ? [] : [finding])),
  };
};

/** Those about this target, as a whole or in part. */
export const silencesOf = (target: TargetId, silences: readonly Silence[]): Silence[] =>
  silences.filter(({ quiet }) => isAbout(quiet, target));

const isAbout = (quiet: Quiet, target: TargetId): boolean =>
  quiet.is === 'maintenance' ? quiet.targets.length === 0 || quiet.targets.includes(target) : quiet.target === target;

const isOfFinding = (quiet: Quiet, finding: Finding): boolean =>
  (quiet.is === 'mute' && quiet.rule === finding.rule) || (quiet.is === 'acceptance' && accepts(quiet, finding));

const longest = (silences: readonly Silence[]): Silence | null =>
  silences.reduce<Silence | null>((a, b) => (a && a.untilMs >= b.untilMs ? a : b), null);

/**
 * The very finding that was accepted, and at most as grave and as sure as it was then. Whatever of it says something else (another
 * server, another count, another cause) is another finding: better to hear of one twice than never of the other.
 */
const accepts = ({ finding: known }: Acceptance, finding: Finding): boolean =>
  finding.rule === known.rule &&
  aboutOf(finding.says) === known.about &&
  Severity.options.indexOf(finding.severity) >= Severity.options.indexOf(known.severity) &&
  Certainty.options.indexOf(finding.certainty) >= Certainty.options.indexOf(known.certainty);

/**
 * What a finding is about: its sentence, without the days that a certificate still has, which run by themselves. Names, ports, dates and
 * counts stay: they say which thing is meant, and how bad it is.
 */
export const aboutOf = (says: string): string => says.replace(/\bin -?\d+ days?\b/g, 'in # days').slice(0, 1_000);

/** How a target stands for who is told of it unasked. Silence makes nothing healthy. */
export type Told = State | 'accepted' | 'muted' | 'maintenance';

/**
 * `state` is how it is. What is left when the silenced findings are taken away must not be hidden by them: questions without an answer
 * stay unknown, but for those that stand behind a silenced finding.
 */
export const toldAs = (state: State, report: Report | null, { whole, findings, loud }: Quieted): Told => {
  if (state === 'healthy') return 'healthy';
  if (whole) return whole.quiet.is === 'maintenance' ? 'maintenance' : 'muted';
  if (state === 'unknown' || !report || loud.length > 0) return state;
  if (stateOf(withoutSilenced(report, findings)) === 'unknown') return 'unknown';
  return findings.some(({ silence }) => silence?.quiet.is === 'mute') ? 'muted' : 'accepted';
};

/** The report as if its silenced problems were none: only for `stateOf`, and never shown. */
const withoutSilenced = (report: Report, findings: Quieted['findings']): Report => {
  const silenced = new Set(findings.map(({ finding }) => finding.rule));
  return {
    ...report,
    verdicts: report.verdicts.flatMap(verdict => {
      if (verdict.is === 'problem') return [{ is: 'healthy' as const, rule: verdict.rule, says: '' }];
      return verdict.is === 'unknown' && verdict.behind !== null && silenced.has(verdict.behind) ? [] : [verdict];
    }),
  };
};
