import { makePlan } from '../diagnosis/plan.js';
import type { Grant, Role } from '../domain/access.js';
import { type Clock, isoNow } from '../domain/clock.js';
import { StoreDownError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import type { Report } from '../domain/report.js';
import type { ReplyAddress, Wants } from '../domain/request.js';
import type { Site, Target } from '../domain/target.js';
import type { ProbeCard } from '../probes/probe.js';
import type { RuleCard } from '../rules/rule.js';
import {
  brokenView,
  explainView,
  helpView,
  mistakeView,
  noReportView,
  queueDownView,
  type Running,
  refusalView,
  runningView,
  runningWords,
  targetsView,
} from '../view/answers.js';
import { progressView } from '../view/progress.js';
import { reportView } from '../view/report.js';
import type { View } from '../view/view.js';
import { moment } from '../view/words.js';
import { roleFor, targetsFor } from './access.js';
import { parseCommand } from './command.js';
import type { Claims, History, Intake, Messenger, Question, Runs, Submit } from './ports.js';

export type IntakeDeps = {
  clock: Clock;
  targets: readonly Target[];
  sites: readonly Site[];
  grants: readonly Grant[];
  cards: readonly ProbeCard[];
  rules: readonly RuleCard[];
  deadlineMs: number;
  /** By the requester's platform. */
  messenger: (platform: string) => Messenger;
  runs: Runs;
  claims: Claims;
  history: History;
  submit: Submit;
  /** Follows a run and edits its message as probes answer; a courtesy that may be lost. */
  follow: (plan: Plan, at: ReplyAddress) => void;
  /** Told of what went wrong, for the log. */
  onTrouble: (error: unknown, question: Question) => void;
};

/** How long after its deadline a claim lets go by itself, should its run never end. */
const CLAIM_GRACE_MS = 30_000;

type Check = Extract<Wants, { do: 'check' }>;

/** What every adapter hands its questions to: understand, allow, claim, plan, submit; everything is answered through the messenger. */
export const makeIntake = (deps: IntakeDeps): Intake => {
  const {
    clock,
    targets,
    sites,
    grants,
    cards,
    rules,
    deadlineMs,
    messenger,
    runs,
    claims,
    history,
    submit,
    follow,
    onTrouble,
  } = deps;
  return { ask };

  async function ask(question: Question): Promise<void> {
    try {
      await answer(question);
    } catch (error) {
      onTrouble(error, question);
      const view = error instanceof StoreDownError ? queueDownView() : brokenView(question.run);
      await tell(question, view).catch(failure => onTrouble(failure, question));
    }
  }

  async function answer(question: Question): Promise<void> {
    const visible = targetsFor(grants, question.by, 'viewer', targets);
    if (visible.length === 0) return tell(question, refusalView(question.by, 'runner', []));
    const parsed = parseCommand(question.text, { targets: visible, rules: rules.map(({ id }) => id) });
    if (parsed.is === 'mistake') return tell(question, mistakeView(parsed.says));
    const { wants } = parsed;
    switch (wants.do) {
      case 'help':
        return tell(question, helpView(highestRole(question, visible), visible));
      case 'explain': {
        const rule = rules.find(({ id }) => id === wants.rule);
        return tell(question, rule ? explainView(rule) : mistakeView(`There is no rule ${wants.rule}.`));
      }
      case 'targets':
        return tell(question, targetsView(visible, await lastReports(visible), isoNow(clock)));
      case 'last':
        return last(question, wants.target);
      case 'check':
        return check(question, wants, visible);
    }
  }

  async function check(question: Question, wants: Check, visible: readonly Target[]): Promise<void> {
    const needed: Role = wants.loginAnyway ? 'operator' : 'runner';
    const mayCheck = targetsFor(grants, question.by, needed, visible);
    const wanted = wants.targets.length > 0 ? visible.filter(({ id }) => wants.targets.includes(id)) : mayCheck;
    const refused = wants.targets.filter(id => !mayCheck.some(target => target.id === id));
    if (refused.length > 0 || wanted.length === 0) return tell(question, refusalView(question.by, needed, refused));
    if (!(await runs.begin(question.run))) return;

    const { free, running } = await claim(question, wanted);
    if (free.length === 0) return tell(question, runningView(running));
    const plan = makePlan({
      run: question.run,
      at: isoNow(clock),
      targets: free,
      sites,
      cards,
      only: wants.only,
      loginAnyway: wants.loginAnyway,
      deadlineMs,
      remarks: running.map(runningWords),
    });
    if (plan.targets.every(({ orders }) => orders.length === 0)) {
      await release(free, question);
      return tell(question, mistakeView(nothingToLookAt(wants, free)));
    }
    const at = await placeholder(question, plan);
    try {
      await submit({ run: question.run, at: plan.at, by: question.by, to: at, wants }, plan);
    } catch (error) {
      onTrouble(error, question);
      await messenger(at.platform).edit(
        at,
        error instanceof StoreDownError ? queueDownView() : brokenView(question.run),
      );
      await release(free, question);
      return;
    }
    follow(plan, at);
    await runs.keep(question.run);
    const link = await messenger(at.platform).link(at);
    if (link) await Promise.all(free.map(({ id }) => claims.locate(id, question.run, link)));
  }

  async function claim(question: Question, wanted: readonly Target[]) {
    const holder = { run: question.run, since: isoNow(clock), link: null };
    const free: Target[] = [];
    const running: Running[] = [];
    for (const target of wanted) {
      const taken = await claims.take(target.id, holder, deadlineMs + CLAIM_GRACE_MS);
      if (taken.is === 'taken') free.push(target);
      else running.push({ target: target.id, since: taken.by.since, link: taken.by.link });
    }
    return { free, running };
  }

  async function release(free: readonly Target[], question: Question): Promise<void> {
    await Promise.allSettled(free.map(({ id }) => claims.release(id, question.run)));
  }

  /** Where the platform does not take it now, the run goes on and its result is what arrives. */
  async function placeholder(question: Question, plan: Plan): Promise<ReplyAddress> {
    try {
      return await messenger(question.to.platform).post(question.to, progressView(plan, new Set()));
    } catch (error) {
      onTrouble(error, question);
      return question.to;
    }
  }

  async function last(question: Question, id: string): Promise<void> {
    const target = targets.find(each => each.id === id);
    const report = target ? await history.last(target.id) : null;
    const view = report
      ? reportView([report], [`This is the report of ${moment(report.finishedAt)}; nothing was looked at now.`])
      : noReportView(id);
    await tell(question, view);
  }

  async function lastReports(visible: readonly Target[]): Promise<ReadonlyMap<string, Report | null> | 'unreachable'> {
    try {
      return new Map(await Promise.all(visible.map(async ({ id }) => [id as string, await history.last(id)] as const)));
    } catch (error) {
      if (error instanceof StoreDownError) return 'unreachable';
      throw error;
    }
  }

  function highestRole(question: Question, visible: readonly Target[]): Role {
    const roles = visible.map(target => roleFor(grants, question.by, target));
    return roles.includes('operator') ? 'operator' : roles.includes('runner') ? 'runner' : 'viewer';
  }

  function tell(question: Question, view: View): Promise<void> {
    return messenger(question.to.platform).tell(question.to, view);
  }
};

const nothingToLookAt = (wants: Check, free: readonly Target[]): string => {
  const names = free.map(({ id }) => id).join(', ');
  return wants.only.length > 0
    ? `${names} has nothing to look at under --only ${wants.only.join(',')}.`
    : `No site may look at ${names}: the configuration gives it none.`;
};
