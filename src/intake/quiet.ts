import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { TargetId } from '../domain/ids.js';
import { isForgettable } from '../domain/maintenance.js';
import { type Acceptance, type Mute, type Quiet, QuietId } from '../domain/quiet.js';
import { LEAST_MUTE_MS, MOST_AHEAD_MS, MOST_MUTE_MS, MOST_QUIETS } from '../domain/quiet-limits.js';
import { aboutOf } from '../domain/quiet-of.js';
import { problemsOf, type Report } from '../domain/report.js';
import type { Wants } from '../domain/request.js';
import type { Finding } from '../domain/verdict.js';
import { momentOf } from '../domain/wall-time.js';
import { mistakeView, noReportView, refusalView } from '../view/answers.js';
import {
  acceptedView,
  mutedView,
  quietListView,
  unacceptedView,
  unmutedView,
  whichFindingView,
} from '../view/quiet-answers.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';
import { allQuiets, type QuietDeps } from './silences.js';
import type { Tell } from './tell.js';
import { zoneOfAsker } from './zone.js';

type Want<Do extends Wants['do']> = Extract<Wants, { do: Do }>;
type Visible = readonly ConfiguredTarget[];

/** Mutes and acceptances by command, and the list of all that keeps silent. What is changed is told to everybody there. */
export const makeQuiet = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, grants, history, messenger, targets, quiet } = deps;
  return { mute, unmute, accept, unaccept, list };

  async function mute(question: Question, wants: Want<'mute'>, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    if (!may(question, wants.target, visible)) return refuse(question, wants.target, visible);
    const zone = wants.zone ?? (await zoneOfAsker(messenger, question, quiet.zone));
    const now = clock.now();
    const untilMs = momentOf(wants.until, zone, now);
    if (untilMs === null) return tell(question, OVER);
    if (untilMs - now < LEAST_MUTE_MS || untilMs - now > MOST_MUTE_MS)
      return tell(
        question,
        mistakeView('A mute lasts from 1m to 30d. What somebody lives with for longer is accepted: `/uccx accept`.'),
      );
    const made: Mute = {
      is: 'mute',
      id: idOf('mute', question),
      because: wants.because,
      at: isoNow(clock),
      by: question.by,
      target: wants.target,
      rule: wants.rule,
      until: new Date(untilMs).toISOString(),
    };
    const isSame = (each: Quiet) => each.is === 'mute' && each.target === made.target && each.rule === made.rule;
    const kept = await keep(quiet, made, isSame);
    if (kept.is === 'full') return tell(question, FULL);
    await show(question, mutedView(made, zone, kept.before?.is === 'mute' ? kept.before : null));
  }

  async function unmute(question: Question, { target, rule }: Want<'unmute'>, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    if (!may(question, target, visible)) return refuse(question, target, visible);
    const mutes = (await active(quiet)).filter(each => each.is === 'mute' && each.target === target) as Mute[];
    const found = mutes.find(each => each.rule === rule);
    if (!found) {
      const others = mutes.map(each => `\`/uccx unmute ${target}${each.rule ? ` ${each.rule}` : ''}\``);
      const what = rule ? `${rule} of ${target} is not muted by itself` : `${target} is not muted as a whole`;
      return tell(question, mistakeView(`${what}.${others.length > 0 ? ` What is: ${others.join(', ')}.` : ''}`));
    }
    await quiet.quiets.drop(found.id);
    await show(question, unmutedView(found));
  }

  async function accept(question: Question, wants: Want<'accept'>, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    const { target, rule, nth } = wants;
    if (!may(question, target, visible)) return refuse(question, target, visible);
    const report = await history.last(target);
    if (!report) return tell(question, noReportView(target));
    const found = problemsOf(report).filter(finding => finding.rule === rule);
    if (found.length === 0) return tell(question, mistakeView(notFound(report, rule)));
    if (nth === null && found.length > 1) return tell(question, whichFindingView(target, rule, found));
    const chosen = found[(nth ?? 1) - 1];
    if (!chosen) return tell(question, whichFindingView(target, rule, found));

    const zone = wants.zone ?? (await zoneOfAsker(messenger, question, quiet.zone));
    const now = clock.now();
    const untilMs = momentOf(wants.until, zone, now);
    if (untilMs === null) return tell(question, OVER);
    if (untilMs - now < LEAST_MUTE_MS || untilMs - now > MOST_AHEAD_MS)
      return tell(question, mistakeView('Something is accepted for a year at most; then somebody looks again.'));
    const made = acceptanceOf(chosen, wants, question, untilMs);
    const isSame = (each: Quiet) =>
      each.is === 'acceptance' &&
      each.target === made.target &&
      each.finding.rule === made.finding.rule &&
      each.finding.about === made.finding.about;
    const kept = await keep(quiet, made, isSame);
    if (kept.is === 'full') return tell(question, FULL);
    await show(question, acceptedView(made, zone, report.finishedAt));
  }

  async function unaccept(question: Question, { target, rule }: Want<'unaccept'>, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    if (!may(question, target, visible)) return refuse(question, target, visible);
    const ended = (await active(quiet)).filter(
      each => each.is === 'acceptance' && each.target === target && each.finding.rule === rule,
    ) as Acceptance[];
    if (ended.length === 0) return tell(question, mistakeView(`Nothing of ${rule} is accepted at ${target}.`));
    for (const { id } of ended) await quiet.quiets.drop(id);
    await show(question, unacceptedView(ended, target, rule));
  }

  /** Those about anything that the asker sees, and of windows only the targets that they see. */
  async function list(question: Question, visible: Visible): Promise<void> {
    if (!quiet) return tell(question, NOTHING_KEPT);
    const sees = (id: TargetId) => visible.some(target => target.id === id);
    const shown = (await active(quiet)).flatMap((each): Quiet[] => {
      if (each.is !== 'maintenance') return sees(each.target) ? [each] : [];
      const about = each.targets.length > 0 ? each.targets : targets.map(({ id }) => id);
      const seen = about.filter(sees);
      if (seen.length === 0) return [];
      return [seen.length === targets.length ? each : { ...each, targets: seen }];
    });
    await tell(question, quietListView(shown, await zoneOfAsker(messenger, question, quiet.zone), clock.now()));
  }

  /** In place of those about the same; what has ended makes room first. */
  async function keep({ quiets }: QuietDeps, made: Quiet, isSame: (other: Quiet) => boolean) {
    const now = clock.now();
    const others = (await quiets.all()).filter(each => each.id !== made.id);
    const gone = others.filter(each => isForgettable(each, now));
    for (const { id } of gone) await quiets.drop(id);
    const before = others.filter(each => isSame(each) && !gone.includes(each));
    if (before.length === 0 && others.length - gone.length >= MOST_QUIETS) return { is: 'full' } as const;
    await quiets.put(made);
    for (const { id } of before) await quiets.drop(id);
    return { is: 'kept', before: before[0] } as const;
  }

  async function active(given: QuietDeps): Promise<Quiet[]> {
    return (await allQuiets(given)).filter(each => !isForgettable(each, clock.now()));
  }

  function acceptanceOf(
    { rule, severity, certainty, says }: Finding,
    { target, because }: Want<'accept'>,
    question: Question,
    untilMs: number,
  ): Acceptance {
    return {
      is: 'acceptance',
      id: idOf('accept', question),
      because,
      at: isoNow(clock),
      by: question.by,
      target,
      until: new Date(untilMs).toISOString(),
      finding: { rule, severity, certainty, says, about: aboutOf(says) },
    };
  }

  function may(question: Question, target: TargetId, visible: Visible): boolean {
    return targetsFor(grants, question.by, 'operator', visible).some(({ id }) => id === target);
  }

  function refuse(question: Question, target: TargetId, visible: Visible): Promise<void> {
    const has = highestRole(grants, question.by, visible);
    return tell(question, refusalView(question.by, { needs: 'operator', has, targets: [target] }));
  }
};

/** Never that of another: whoever drops one that has ended cannot drop what took its place. */
const idOf = (what: string, { run }: Question): QuietId => QuietId.parse(`${what}:${run}`);

const notFound = (report: Report, rule: string): string => {
  const { target } = report;
  const rules = [...new Set(problemsOf(report).map(finding => finding.rule))];
  const isNotice = report.verdicts.some(verdict => verdict.is === 'problem' && verdict.rule === rule);
  if (isNotice) return `${rule} is only a notice at ${target}: nobody is called for it, so there is nothing to accept.`;
  return `The last report of ${target} has no finding of ${rule}.${rules.length > 0 ? ` It has ${rules.join(', ')}.` : ''} What is accepted must be seen first: \`/uccx check ${target}\`.`;
};

const NOTHING_KEPT = mistakeView('This bot keeps neither mutes nor maintenance.');
const OVER = mistakeView('That day is over, or there is none.');
const FULL = mistakeView(
  `There are ${MOST_QUIETS} already; \`/uccx mute list\` names them, and some should end first.`,
);
