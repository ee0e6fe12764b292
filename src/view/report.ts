import type { Observation } from '../domain/observation.js';
import type { Silence } from '../domain/quiet-of.js';
import type { Remedy } from '../domain/remedy.js';
import {
  problemsOf,
  type Report,
  type Revealed,
  type State,
  sawEverything,
  stateOf,
  worstOf,
} from '../domain/report.js';
import { type Ask, Certainty, type Finding, type Severity, type Verdict } from '../domain/verdict.js';
import { actionsOf, changeSections } from './next.js';
import { silenceMarks, wholeSilenceSections } from './quiet.js';
import { askSections, remedySection } from './steps.js';
import { timelineSections } from './timeline.js';
import { vantageSections } from './vantages.js';
import { type Line, quote, type Section, type Tone, text, type View } from './view.js';
import { withReadSections } from './with-read.js';
import { certaintyWords, count, duration, list, moment, severityWord, toneOfState } from './words.js';

const ORDER: readonly Severity[] = ['critical', 'warning', 'notice'];

/**
 * What a run found, verdict first: findings by severity with their evidence, what to do, what is unknown, then the details.
 * `unjudged` are targets of the run for which there is no report, by a fault of our own. `silences` hide nothing here, and are marked.
 */
export const reportView = (
  reports: readonly Report[],
  also: readonly string[] = [],
  unjudged: readonly string[] = [],
  silences: readonly Silence[] = [],
): View => {
  const shown = worstFirst(reports).flatMap(report =>
    inOrder(report).map(({ rule }) => ({ target: report.target, rule })),
  );
  const actions = actionsOf(reports, shown);
  const states = [...reports.map(stateOf), ...unjudged.map(() => 'unknown' as const)];
  const tone = toneOf(reports, worstOf(states));
  return {
    tone,
    headline: headline(reports, states),
    sections: [
      ...worstFirst(reports).flatMap(report => sectionsOf(report, reports.length > 1, silences)),
      ...timelineSections(reports.filter(({ withRead }) => withRead)),
      ...remarks(also),
    ],
    footer: footer(reports),
    file: `uccx-${reports
      .map(report => report.target)
      .join('-')
      .slice(0, 60)}-${reports[0]?.finishedAt.slice(0, 10) ?? 'report'}`,
    ...(actions.length > 0 ? { actions } : {}),
    ...(tone === 'healthy' && reports.length > 0 ? { onDemand: onDemandWords(reports) } : {}),
  };
};

/** Where nothing is wrong nobody wants a file; who does, asks for it. */
const onDemandWords = (reports: readonly Report[]): string =>
  `What was said in detail: ${reports
    .slice(0, 3)
    .map(({ target }) => `/uccx last ${target} --transcript`)
    .join(', ')}${reports.length > 3 ? ' and so on' : ''}.`;

/** A problem sounds as its worst finding does. */
const toneOf = (reports: readonly Report[], state: State): Tone => {
  if (state !== 'problem') return toneOfState[state];
  return reports.flatMap(problemsOf).some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
};

/** The latest report again, dated in its first line: nobody shall take it for what is true now. */
export const lastReportView = (report: Report, silences: readonly Silence[] = []): View => ({
  ...reportView([report], [], [], silences),
  headline: `Last report of ${report.target}, ${moment(report.finishedAt)}: ${summary(report)}`,
});

/** Every conversation of the latest report, word for word and asked for: nothing of it is folded away. */
export const transcriptView = (report: Report): View => {
  const sections = report.observations.flatMap(conversation('')).map(section => ({ ...section, detail: false }));
  return {
    tone: 'plain',
    headline: `What was said in the check of ${report.target}, ${moment(report.finishedAt)}`,
    sections:
      sections.length > 0
        ? sections
        : [{ tone: 'plain', title: 'Nobody said a word that was kept.', lines: [], commands: [], detail: false }],
    footer: footer([report]),
    file: `uccx-${report.target.slice(0, 60)}-transcript-${report.finishedAt.slice(0, 10)}`,
  };
};

const headline = (reports: readonly Report[], states: readonly State[]): string => {
  const [only] = reports;
  if (!only) return 'Nothing could be checked.';
  if (states.length === 1) return `${only.target}: ${summary(only)}`;
  const amount = (state: State) => states.filter(each => each === state).length;
  const parts = [
    amount('problem') > 0 ? `${amount('problem')} with problems` : '',
    amount('unknown') > 0 ? `${amount('unknown')} unknown` : '',
    amount('healthy') > 0 ? `${amount('healthy')} healthy` : '',
  ].filter(Boolean);
  return `${count(states.length, 'target')} checked: ${list(parts)}.`;
};

const worstFirst = (reports: readonly Report[]): Report[] => {
  const order: readonly State[] = ['problem', 'unknown', 'healthy'];
  return [...reports].sort((a, b) => order.indexOf(stateOf(a)) - order.indexOf(stateOf(b)));
};

const ADJECTIVE: Record<Severity, string> = { critical: 'critical', warning: 'a warning', notice: 'a notice' };

const summary = (report: Report): string => {
  const problems = problemsOf(report);
  const notices = findingsOf(report).length - problems.length;
  const beside = notices > 0 ? ` ${count(notices, 'notice')} beside.` : '';
  const open = unknownsOf(report).filter(verdict => verdict.behind === null).length;
  if (problems.length > 0) {
    const worst = ORDER.find(severity => problems.some(finding => finding.severity === severity)) as Severity;
    const which = problems.length === 1 ? ADJECTIVE[worst] : `the worst is ${ADJECTIVE[worst]}`;
    return `${count(problems.length, 'problem')}, ${which}${open > 0 ? `; ${count(open, 'question')} could not be answered` : ''}.${beside}`;
  }
  if (stateOf(report) !== 'healthy') {
    const gaps = [
      ...(open > 0 ? [`${count(open, 'question')} could not be answered`] : []),
      ...(sawEverything(report) ? [] : ['not everything was looked at']),
    ];
    return `unknown. No problem was seen, but ${list(gaps) || 'nothing could be judged'}.${beside}`;
  }
  const healthy = report.verdicts.filter(verdict => verdict.is === 'healthy').length;
  return `healthy. ${count(healthy, 'question')} asked, nothing wrong was seen.${beside}`;
};

const sectionsOf = (report: Report, named: boolean, silences: readonly Silence[]): Section[] => {
  const name = named ? `${report.target}: ` : '';
  const findings = inOrder(report);
  const marks = silenceMarks(report, findings, silences);
  const isNew = onceEach();
  return [
    ...(named ? [heading(report)] : []),
    ...wholeSilenceSections(report, name, silences),
    ...withReadSections(report.withRead ?? [], report.finishedAt, name),
    ...changeSections(report, name),
    ...findings.flatMap(finding => findingSections(finding, name, isNew, report.revealed, marks.get(finding))),
    ...unknownsOf(report)
      .filter(verdict => verdict.behind === null)
      .flatMap(verdict => unknownSections(verdict, name, isNew)),
    ...vantageSections(report, name),
    ...notLookedAt(report, name),
    ...detailSections(report, name),
  ];
};

/** What leads comes first; then by severity, and of those that weigh the same, the one that is sure of its cause first: it can be acted on. */
const rankOf = ({ severity, certainty, leads }: Finding): number =>
  leads ? -1 : ORDER.indexOf(severity) * Certainty.options.length + Certainty.options.indexOf(certainty);

/** The findings of a report in the order in which it shows them. */
const inOrder = (report: Report): Finding[] => [...findingsOf(report)].sort((a, b) => rankOf(a) - rankOf(b));

const heading = (report: Report): Section => ({
  tone: toneOf([report], stateOf(report)),
  title: `${report.target}: ${summary(report)}`,
  lines: [],
  commands: [],
  detail: false,
});

/** Several findings may ask the same, or be cured by the same: a report has it whole where it is wanted first. */
type IsNew = (item: Ask | Remedy) => boolean;
const onceEach = (): IsNew => {
  const shown = new Set<string>();
  return item => {
    const key = JSON.stringify(item);
    const isNew = !shown.has(key);
    shown.add(key);
    return isNew;
  };
};

const askedAbove = (asks: readonly Ask[], shown: readonly Ask[]): Line[] =>
  asks.filter(ask => !shown.includes(ask)).map(({ says }) => text(`Asked above: ${says}`));

const findingSections = (
  finding: Finding,
  name: string,
  isNew: IsNew,
  revealed?: Revealed,
  mark?: string,
): Section[] => {
  const asks = finding.asks.filter(isNew);
  const remedies = finding.remedies.filter(isNew);
  return [
    {
      tone: finding.severity,
      title: `${name}${severityWord[finding.severity]}: ${finding.says} [${finding.rule}]`,
      lines: [
        ...(mark ? [text(mark)] : []),
        ...finding.because.map(quote),
        text(certaintyWords[finding.certainty]),
        ...(revealed && hasCommands(finding) ? [text(revealed.says)] : []),
        ...askedAbove(finding.asks, asks),
        ...finding.remedies
          .filter(remedy => !remedies.includes(remedy))
          .map(({ title, id }) => text(`Remedy, above: ${title} [${id}]`)),
      ],
      commands: [],
      detail: false,
    },
    ...asks.flatMap(askSections),
    ...remedies.map(remedy => remedySection(remedy)),
  ];
};

const hasCommands = ({ asks, remedies }: Finding): boolean =>
  remedies.length > 0 || asks.some(({ steps, ifSo }) => ifSo !== undefined || steps.some(step => step.do === 'shell'));

const unknownSections = (verdict: Extract<Verdict, { is: 'unknown' }>, name: string, isNew: IsNew): Section[] => {
  const asks = verdict.asks.filter(isNew);
  return [
    {
      tone: 'unknown',
      title: `${name}Unknown: ${verdict.says} [${verdict.rule}]`,
      lines: askedAbove(verdict.asks, asks),
      commands: [],
      detail: false,
    },
    ...asks.flatMap(askSections),
  ];
};

const notLookedAt = (report: Report, name: string): Section[] => {
  const lines = [
    ...report.observations.flatMap(observation =>
      observation.is === 'silent' ? [`${placeOf(observation)}: ${observation.says}.`] : [],
    ),
    ...report.observations.flatMap(observation =>
      observation.is === 'seen' && observation.cut
        ? [
            observation.source.by === 'artifact'
              ? `${observation.source.artifact} was not read to its end; what stood in it until then counts.`
              : `${placeOf(observation)} ran out of time after ${duration(observation.tookMs)}; what it saw until then counts.`,
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

const detailSections = (report: Report, name: string): Section[] => {
  const healthy = report.verdicts.flatMap(verdict =>
    verdict.is === 'healthy' ? [`${verdict.says} [${verdict.rule}]`] : [],
  );
  const folded = unknownsOf(report).flatMap(verdict =>
    verdict.behind === null ? [] : [`${verdict.rule} could not be judged because of ${verdict.behind}`],
  );
  const beside = report.verdicts.flatMap(verdict =>
    verdict.is === 'not-applicable' ? [`${verdict.rule} does not apply: ${verdict.says}`] : [],
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
  return `${from}, ${moment(first.finishedAt)}, in ${duration(tookMs)}. Looked only: nothing was changed, ${mailWords(reports)}.`;
};

/** Whether the one message of a mail loop was sent, and whether it lies there still. */
const mailWords = (reports: readonly Report[]): string => {
  const ordered = reports.filter(({ plan }) => plan.orders.some(({ sendsMail }) => sendsMail));
  if (ordered.length === 0) return 'no mail was sent';
  const loops = ordered
    .flatMap(({ observations }) => observations.flatMap(each => (each.is === 'seen' ? each.evidence : [])))
    .filter(fact => fact.kind === 'mail-loop');
  if (loops.length === 0) return 'and nobody could tell whether the message of the mail loop was sent';
  if (loops.every(({ watchedMs }) => watchedMs === null)) return 'no mail was sent';
  return loops.every(({ watchedMs, removed }) => watchedMs === null || removed)
    ? 'and the one message that was sent, to the mailbox itself, is removed'
    : 'and one message was sent, to the mailbox itself; where it lies there still, the next --loop removes it';
};

const placeOf = ({ source }: Observation): string =>
  source.by === 'probe' ? `${source.probe} at ${source.site}` : source.by;
const findingsOf = (report: Report): Finding[] =>
  report.verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
const unknownsOf = (report: Report) => report.verdicts.filter(verdict => verdict.is === 'unknown');
