import { quietOf, type Silence } from '../domain/quiet-of.js';
import type { Report } from '../domain/report.js';
import type { Finding } from '../domain/verdict.js';
import { type Section, text } from './view.js';

const SILENT = { mute: 'Muted', maintenance: 'In maintenance', acceptance: 'Accepted' } as const;

/** `Muted until 2026-11-21 14:00 by U0OP: because …`: wherever something is silenced, who did it, why, and until when. */
export const silenceWords = ({ quiet, untilMs }: Silence, at: (ms: number) => string): string =>
  `${SILENT[quiet.is]} until ${at(untilMs)} ${quiet.by ? `by ${quiet.by.user}` : `(${quiet.id}, from the configuration)`}: ${reasonWords(quiet)}`;

export const reasonWords = ({ because }: { because: string }): string => `because ${because.replace(/[\s.]+$/, '')}.`;

/** `2026-11-21 14:00 UTC`, as a report shows its times. */
export const utcWords = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** That nobody is told unasked of what follows. Whoever asks sees all of it. */
export const wholeSilenceSections = (report: Report, name: string, silences: readonly Silence[]): Section[] => {
  const { whole } = quietOf(report.target, [], silences);
  if (!whole) return [];
  return [
    {
      tone: 'notice',
      title: `${name}${silenceWords(whole, utcWords)}`,
      lines: [text(`Nobody is told of ${report.target} unasked until then. What is said here is how it is.`)],
      commands: [],
      detail: false,
    },
  ];
};

/** The mark of each finding that is muted or accepted by itself. */
export const silenceMarks = (
  { target }: Report,
  findings: readonly Finding[],
  silences: readonly Silence[],
): ReadonlyMap<Finding, string> =>
  new Map(
    quietOf(target, findings, silences).findings.flatMap(({ finding, silence }) =>
      silence ? [[finding, silenceWords(silence, utcWords)] as const] : [],
    ),
  );
