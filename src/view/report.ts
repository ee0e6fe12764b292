import type { Observation } from '../domain/observation.js';
import { type Report, stateOf, worstOf } from '../domain/report.js';
import type { Finding, Severity, Verdict } from '../domain/verdict.js';
import { askSections, remedySection } from './steps.js';
import { quote, type Section, text, type View } from './view.js';
import { certaintyWords, count, duration, list, moment, severityWord, toneOfState } from './words.js';

const ORDER: readonly Severity[] = ['critical', 'warning', 'notice'];

/** What a run found, verdict first: findings by severity with their evidence, what to do, what is unknown, then the details. */
export const reportView = (reports: readonly Report[], also: readonly string[] = []): View => {
  const state = worstOf(reports.map(stateOf));
  return {
    tone: toneOfState[state],
    headline: headline(reports),
    sections: [...reports.flatMap(report => sectionsOf(report, reports.length > 1)), ...remarks(also)],
    footer: footer(reports),
    file: `uccx-${reports
      .map(report => report.target)
      .join('-')
      .slice(0, 60)}-${reports[0]?.finishedAt.slice(0, 10) ?? 'report'}`,
  };
};

const headline = (reports: readonly Report[]): string => {
  const [only] = reports;
  if (!only) return 'Nothing could be checked.';
  if (reports.length === 1) return `${only.target}: ${summary(only)}`;
  const states = reports.map(stateOf);
  const amount = (state: string) => states.filter(each => each === state).length;
  const parts = [
    amount('problem') > 0 ? `${amount('problem')} with problems` : '',
    amount('unknown') > 0 ? `${amount('unknown')} unknown` : '',
    amount('healthy') > 0 ? `${amount('healthy')} healthy` : '',
  ].filter(Boolean);
  return `${count(reports.length, 'target')} checked: ${list(parts)}.`;
};

const summary = (report: Report): string => {
  const findings = findingsOf(report);
  const open = unknownsOf(report).filter(verdict => verdict.behind === null).length;
  const healthy = report.verdicts.filter(verdict => verdict.is === 'healthy').length;
  if (findings.length > 0) {
    const worst = ORDER.find(severity => findings.some(finding => finding.severity === severity)) as Severity;
    return `${count(findings.length, 'problem')}, the worst is ${severityWord[worst].toLowerCase()}${open > 0 ? `; ${count(open, 'question')} unknown` : ''}.`;
  }
  if (open > 0 || healthy === 0)
    return `unknown. No problem was seen, but ${count(Math.max(open, 1), 'question')} could not be answered.`;
  return `healthy. ${count(healthy, 'question')} asked, nothing wrong was seen.`;
};

const sectionsOf = (report: Report, named: boolean): Section[] => {
  const name = named ? `${report.target}: ` : '';
  const findings = [...findingsOf(report)].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return [
    ...(named ? [heading(report)] : []),
    ...findings.flatMap(finding => findingSections(finding, name)),
    ...unknownsOf(report)
      .filter(verdict => verdict.behind === null)
      .flatMap(verdict => unknownSections(verdict, name)),
    ...notLookedAt(report, name),
    ...detailSections(report, name),
  ];
};

const heading = (report: Report): Section => ({
  tone: toneOfState[stateOf(report)],
  title: `${report.target}: ${summary(report)}`,
  lines: [],
  commands: [],
  detail: false,
});

const findingSections = (finding: Finding, name: string): Section[] => [
  {
    tone: finding.severity,
    title: `${name}${severityWord[finding.severity]}: ${finding.says} [${finding.rule}]`,
    lines: [...finding.because.map(quote), text(certaintyWords[finding.certainty])],
    commands: [],
    detail: false,
  },
  ...finding.asks.flatMap(askSections),
  ...finding.remedies.map(remedy => remedySection(remedy)),
];

const unknownSections = (verdict: Extract<Verdict, { is: 'unknown' }>, name: string): Section[] => [
  {
    tone: 'unknown',
    title: `${name}Unknown: ${verdict.says} [${verdict.rule}]`,
    lines: [],
    commands: [],
    detail: false,
  },
  ...verdict.asks.flatMap(askSections),
];

const notLookedAt = (report: Report, name: string): Section[] => {
  const lines = [
    ...report.observations.flatMap(observation =>
      observation.is === 'silent' ? [`${placeOf(observation)}: ${silence(observation)}`] : [],
    ),
    ...report.observations.flatMap(observation =>
      observation.is === 'seen' && observation.cut
        ? [
            `${placeOf(observation)} ran out of time after ${duration(observation.tookMs)}; what it saw until then counts.`,
          ]
        : [],
    ),
    ...report.plan.uncovered.map(
      gap => `Nobody stands at the ${gap.vantage}: ${gap.probe} from there would be conclusive.`,
    ),
    ...report.plan.leftOut.map(reason => `Left out: ${reason}.`),
  ];
  return lines.length === 0
    ? []
    : [{ tone: 'notice', title: `${name}Not looked at`, lines: lines.map(text), commands: [], detail: false }];
};

const silence = (observation: Extract<Observation, { is: 'silent' }>): string =>
  observation.why === 'late' ? `no answer in time (${observation.says}).` : `${observation.says}.`;

const detailSections = (report: Report, name: string): Section[] => {
  const healthy = report.verdicts.flatMap(verdict =>
    verdict.is === 'healthy' ? [`${verdict.says} [${verdict.rule}]`] : [],
  );
  const folded = unknownsOf(report).flatMap(verdict =>
    verdict.behind === null ? [] : [`${verdict.rule}: could not be seen because of ${verdict.behind}.`],
  );
  const beside = report.verdicts.flatMap(verdict =>
    verdict.is === 'not-applicable' ? [`${verdict.rule}: does not apply. ${verdict.says}`] : [],
  );
  return [
    detail(`${name}Healthy`, 'healthy', healthy),
    detail(`${name}Not judged`, 'plain', [...folded, ...beside]),
    ...report.observations.flatMap(conversation(name)),
  ].filter(section => section.lines.length > 0);
};

const detail = (title: string, tone: Section['tone'], lines: readonly string[]): Section => ({
  tone,
  title,
  lines: lines.map(text),
  commands: [],
  detail: true,
});

/** What was said, line by line; `wire/` has masked and escaped it. */
const conversation =
  (name: string) =>
  (observation: Observation): Section[] =>
    observation.is === 'silent' || observation.transcript.length === 0
      ? []
      : [
          {
            tone: 'plain',
            title: `${name}Conversation of ${placeOf(observation)}, ${duration(observation.tookMs)}`,
            lines: observation.transcript.map(line =>
              quote(
                `${(line.atMs / 1000).toFixed(3).padStart(7)} ${{ client: 'C:', server: 'S:', note: '--' }[line.who]} ${line.text}`,
              ),
            ),
            commands: [],
            detail: true,
          },
        ];

const remarks = (also: readonly string[]): Section[] =>
  also.length === 0 ? [] : [{ tone: 'notice', title: 'Also', lines: also.map(text), commands: [], detail: false }];

const footer = (reports: readonly Report[]): string => {
  const [first] = reports;
  if (!first) return 'Nothing was looked at.';
  const places = [
    ...new Set(
      reports.flatMap(report =>
        report.observations.flatMap(({ source }) =>
          source.by === 'probe' ? [`${source.site} (${source.vantages.join(', ')})`] : [],
        ),
      ),
    ),
  ];
  const from = places.length > 0 ? `Seen from ${list(places)}` : 'No site looked';
  const tookMs = Math.max(...reports.map(report => Date.parse(report.finishedAt) - Date.parse(report.startedAt)));
  return `${from}, ${moment(first.finishedAt)}, in ${duration(tookMs)}. Looked only: nothing was changed, no mail was sent.`;
};

const placeOf = ({ source }: Observation): string =>
  source.by === 'probe' ? `${source.probe} at ${source.site}` : source.by;
const findingsOf = (report: Report): Finding[] =>
  report.verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
const unknownsOf = (report: Report) => report.verdicts.filter(verdict => verdict.is === 'unknown');
