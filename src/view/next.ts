import type { Report } from '../domain/report.js';
import type { Ask, Verdict } from '../domain/verdict.js';
import { recheckAction } from './fix.js';
import { muteAction, type Shown } from './mute-form.js';
import { type Action, type Section, text } from './view.js';
import { moment } from './words.js';

/** Targets that fit into one command and into one row of buttons. */
const MOST = 4;

/** Explanations that one menu may hold: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
const MOST_EXPLAINED = 5;

/** The buttons under a result: what to do now, then silence, then explanations. `shown` are its findings in the order in which it shows them. */
export const actionsOf = (reports: readonly Report[], shown: readonly Shown[]): Action[] => {
  const run = reports[0]?.run ?? '';
  return [...cures(reports), ...muteAction(shown, run), ...explanations(shown, run)];
};

/** How each rule decides that found something, once; the worst first. */
const explanations = (shown: readonly Shown[], run: string): Action[] => {
  const rules = [...new Set(shown.map(({ rule }) => rule))].slice(0, MOST_EXPLAINED);
  return rules.map(rule => ({
    id: `explain-${rule}-${run}`,
    label: rules.length === 1 ? 'Explain' : `Explain ${rule}`,
    command: `/uccx explain ${rule}`,
    rare: true,
  }));
};

/** Look again, and a script. */
const cures = (reports: readonly Report[]): Action[] => {
  const curable = reports.filter(report => asksOf(report).some(ask => ask.ifSo) || hasRemedies(report)).slice(0, MOST);
  if (curable.length === 0) return [];
  const targets = curable.map(({ target }) => target);
  // With the run in it a button of this result is another one than that of the next, though both stand under one message.
  const run = curable[0]?.run ?? '';
  const recheck = { ...recheckAction(targets), id: `recheck-${run}` };
  return [
    recheck,
    ...(curable.some(wasRefused)
      ? [
          {
            id: `recheck-login-${run}`,
            label: 'Check again, with one login',
            command: `${recheck.command} --login-anyway`,
          },
        ]
      : []),
    ...curable.filter(hasRemedies).map(({ target }) => ({
      id: `fix-${target}-${run}`,
      label: curable.length > 1 ? `Script for ${target}` : 'Script',
      command: `/uccx fix ${target}`,
    })),
  ];
};

const WORDS = { fixed: 'Fixed', still: 'Not yet', worse: 'Worse', new: 'New', unclear: 'Cannot be told' } as const;
const ORDER = ['worse', 'new', 'still', 'unclear', 'fixed'] as const;

/** What has become of the problems of the report before. */
export const changeSections = ({ compared }: Report, name: string): Section[] => {
  if (!compared || compared.changes.length === 0) return [];
  const changes = [...compared.changes].sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is));
  return [
    {
      tone: changes.every(({ is }) => is === 'fixed') ? 'healthy' : 'notice',
      title: `${name}Since the check of ${moment(compared.at)}`,
      lines: changes.map(({ rule, is, says }) =>
        text(`${WORDS[is]}: ${says}${is === 'still' ? ' This is still seen.' : ''} [${rule}]`),
      ),
      commands: [],
      detail: false,
    },
  ];
};

const hasRemedies = (report: Report): boolean => findingsOf(report).some(({ remedies }) => remedies.length > 0);

/** Without «login anyway» a password that was refused is not tried again, so a check could not see whether it helped. */
const wasRefused = ({ observations }: Report): boolean =>
  observations.some(
    observation =>
      observation.is === 'seen' &&
      observation.evidence.some(
        fact => fact.kind === 'imap-login' && (fact.outcome === 'refused' || fact.withheldFor === 'refused-before'),
      ),
  );

const findingsOf = (report: Report) =>
  report.verdicts.flatMap((verdict: Verdict) => (verdict.is === 'problem' ? verdict.findings : []));
const asksOf = (report: Report): Ask[] => [
  ...findingsOf(report).flatMap(finding => finding.asks),
  ...report.verdicts.flatMap(verdict => (verdict.is === 'unknown' ? verdict.asks : [])),
];
