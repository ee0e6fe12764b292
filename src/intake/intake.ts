import { extraMs, makePlan } from '../diagnosis/plan.js';
import { type Rejudged, rejudge } from '../diagnosis/rejudge.js';
import type { Grant, Role } from '../domain/access.js';
import { type Clock, isoNow } from '../domain/clock.js';
import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import { NotInThisVersionError, StoreDownError, UsageError } from '../domain/errors.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { TargetId } from '../domain/ids.js';
import { type LadderOffer, sharingAccounts } from '../domain/ladder.js';
import type { Plan } from '../domain/plan.js';
import type { Report } from '../domain/report.js';
import type { ReplyAddress, Wants } from '../domain/request.js';
import type { Site } from '../domain/target.js';
import { chooseRemedies } from '../fix/choose.js';
import { presentValues } from '../fix/present-values.js';
import { fixScript } from '../fix/script.js';
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
import {
  cancelledView,
  consentView,
  noConsentView,
  noRoomView,
  nothingToStopView,
  stoppingView,
} from '../view/consent.js';
import { fixView, nothingToFixView, versionMissing } from '../view/fix.js';
import { progressView } from '../view/progress.js';
import { lastReportView, transcriptView } from '../view/report.js';
import type { View } from '../view/view.js';
import { roleFor, targetsFor } from './access.js';
import { parseCommand } from './command.js';
import { isAsShown, LOOP_REMARK, offerFor, whyNoLoop } from './deep.js';
import { latest } from './latest.js';
import type { Claims, Consents, History, Intake, Messenger, Question, Runs, Stops, Submit } from './ports.js';

export type IntakeDeps = {
  clock: Clock;
  targets: readonly ConfiguredTarget[];
  sites: readonly Site[];
  grants: readonly Grant[];
  cards: readonly ProbeCard[];
  rules: readonly RuleCard[];
  deadlineMs: number;
  /** By the requester's platform. */
  messenger: (platform: string) => Messenger;
  runs: Runs;
  claims: Claims;
  consents: Consents;
  stops: Stops;
  history: History;
  submit: Submit;
  /** Follows a run and edits its message as probes answer; a courtesy that may be lost. */
  follow: (plan: Plan, at: ReplyAddress, atOnce?: boolean) => void;
  /** Told of what went wrong, for the log. */
  onTrouble: (error: unknown, question: Question) => void;
};

/** Slack brings an event again within minutes; of as many questions the process remembers that it took them. */
const REMEMBERED = 1_000;
/** How long after its deadline a claim lets go by itself, should its run never end. */
const CLAIM_GRACE_MS = 30_000;

type Check = Extract<Wants, { do: 'check' }>;
type Fix = Extract<Wants, { do: 'fix' }>;
type Consenting = Extract<Wants, { do: 'confirm' | 'cancel' }>;

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
    consents,
    stops,
    history,
    submit,
    follow,
    onTrouble,
  } = deps;
  const taken = latest(REMEMBERED);
  return { ask };

  async function ask(question: Question): Promise<void> {
    if (!taken.add(question.run)) return; // refusals and help are told once too, and that also without Redis
    try {
      await answer(question);
    } catch (error) {
      onTrouble(error, question);
      await tell(question, viewOf(error, question)).catch(failure => {
        taken.forget(question.run); // nobody was told: another delivery is welcome
        onTrouble(failure, question);
      });
    }
  }

  async function answer(question: Question): Promise<void> {
    const visible = targetsFor(grants, question.by, 'viewer', targets);
    if (visible.length === 0)
      return tell(question, refusalView(question.by, { needs: 'runner', has: null, targets: [] }));
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
        return last(question, wants.target, wants.transcript ?? false);
      case 'fix':
        return fix(question, wants, visible);
      case 'check':
        return check(question, wants, visible);
      case 'confirm':
        return confirm(question, wants, visible);
      case 'cancel':
        return cancel(question, wants);
      case 'stop':
        return stop(question, wants.what, visible);
    }
  }

  async function check(question: Question, wants: Check, visible: readonly ConfiguredTarget[]): Promise<void> {
    const needs: Role = wants.loginAnyway || wants.deep || wants.loop ? 'operator' : 'runner';
    const mayCheck = targetsFor(grants, question.by, needs, visible);
    const wanted = wants.targets.length > 0 ? visible.filter(({ id }) => wants.targets.includes(id)) : mayCheck;
    const refused = wants.targets.filter(id => !mayCheck.some(target => target.id === id));
    if (refused.length > 0 || wanted.length === 0)
      return tell(question, refusalView(question.by, { needs, has: highestRole(question, visible), targets: refused }));
    const apt = wanted.filter(({ kind }) => cards.some(card => card.for === kind && isOn(card.leg, wants)));
    const idle = wants.targets.filter(id => !apt.some(target => target.id === id));
    if (apt.length === 0) return tell(question, mistakeView(nothingToLookAt(wants, wanted)));
    const [first] = apt as [ConfiguredTarget];
    const hindrance = wants.loop ? whyNoLoop(cards, first, wants.only) : null;
    if (hindrance) return tell(question, mistakeView(`${hindrance}.`));
    const offered = wants.deep ? offerFor(wants, first) : null;
    if (offered?.is === 'none') return tell(question, noRoomView(offered.says));
    if (!(await runs.begin(question.run))) return;
    if (offered) return propose(question, wants, first, offered.offer);
    await lay(question, wants, apt, idle);
  }

  /** Shows what a deep check would take and remembers what was shown. Nothing is opened. */
  async function propose(
    question: Question,
    wants: Check,
    target: ConfiguredTarget,
    offer: LadderOffer,
    again: string | null = null,
  ): Promise<void> {
    await consents.put(question.run, { target: target.id, offer, wants });
    await inPlace(question, consentView(target.id, offer, question.run, again));
    await runs.keep(question.run).catch(error => onTrouble(error, question));
  }

  /** Whoever confirms is authorised anew, and agrees to what was shown: where that no longer holds, it is shown anew. */
  async function confirm(
    question: Question,
    { target: id, consent: run }: Consenting,
    visible: readonly ConfiguredTarget[],
  ): Promise<void> {
    const [target] = targetsFor(grants, question.by, 'operator', visible).filter(each => each.id === id);
    if (!target) {
      const refused = { needs: 'operator', has: highestRole(question, visible), targets: [id] } as const;
      return tell(question, refusalView(question.by, refused));
    }
    if (!(await runs.begin(question.run))) return;
    const consent = await consents.take(target.id, run);
    if (!consent) return tell(question, noConsentView(target.id));
    const offered = offerFor(consent.wants, target);
    if (offered.is === 'none') return inPlace(question, noRoomView(offered.says));
    if (!isAsShown(consent.offer, offered))
      return propose(
        question,
        consent.wants,
        target,
        offered.offer,
        'The configuration has changed since this was shown: please look again.',
      );
    await lay(question, consent.wants, [target], [], offered.offer);
  }

  /** Taking nothing needs no right but to see it. */
  async function cancel(question: Question, { target, consent }: Consenting): Promise<void> {
    const taken = await consents.take(target, consent);
    if (taken) await inPlace(question, cancelledView(target));
    else await tell(question, noConsentView(target));
  }

  /** Anybody who sees the target may stop what takes something from others. */
  async function stop(question: Question, what: string, visible: readonly ConfiguredTarget[]): Promise<void> {
    for (const { id } of visible) {
      const holder = await claims.holder(id);
      if (!holder || (what !== id && what !== holder.run)) continue;
      await stops.press(holder.run);
      return tell(question, stoppingView(id));
    }
    await tell(question, nothingToStopView(what));
  }

  /** Claims, plans, posts the placeholder and lays the run into the queue. */
  async function lay(
    question: Question,
    wants: Check,
    apt: readonly ConfiguredTarget[],
    idle: readonly TargetId[],
    ladder?: LadderOffer,
  ): Promise<void> {
    const [climbed] = apt;
    const also = ladder && climbed ? sharingAccounts(climbed, targets).filter(({ id }) => id !== climbed.id) : [];
    const priced = [...(ladder ? (['load'] as const) : []), ...(wants.loop ? (['mail'] as const) : [])];
    const forMs = deadlineMs + extraMs({ also: priced, ladder, cards }) + CLAIM_GRACE_MS;
    const beside = await claim(question, also, forMs);
    if (climbed && beside.running.length > 0) {
      await release(also, question);
      return tell(question, runningView(beside.running.map(each => ({ ...each, target: climbed.id }))));
    }
    const { free, running } = await claim(question, apt, forMs);
    if (free.length === 0) {
      await release(also, question);
      return tell(question, runningView(running));
    }
    const held = [...free, ...also];
    const plan = makePlan({
      run: question.run,
      at: isoNow(clock),
      targets: free,
      sites,
      cards,
      only: wants.only,
      loginAnyway: wants.loginAnyway,
      also: priced,
      ...(ladder ? { ladder } : {}),
      deadlineMs,
      remarks: [
        ...(wants.loop ? [LOOP_REMARK] : []),
        ...running.map(runningWords),
        ...idle.map(id => leftOut(wants, id)),
      ],
    });
    if (plan.targets.every(({ orders }) => orders.length === 0)) {
      await release(held, question);
      return tell(question, mistakeView(nothingToLookAt(wants, free)));
    }
    // The message of a button keeps its words until the run is laid: should that fail, the button is still there.
    const at = question.fromButton ? question.to : await placeholder(question, plan);
    const to = at ?? question.to;
    try {
      await submit({ run: question.run, at: plan.at, by: question.by, to, wants }, plan);
    } catch (error) {
      onTrouble(error, question);
      await release(held, question);
      if (question.fromButton) await tell(question, viewOf(error, question));
      else await messenger(to.platform).edit(to, viewOf(error, question));
      return;
    }
    // From here on the run goes its way, and its answer comes whatever else fails.
    if (at) follow(plan, at, question.fromButton);
    await runs.keep(question.run).catch(error => onTrouble(error, question));
    if (at) await locate(held, question, at).catch(error => onTrouble(error, question));
  }

  /** All of them, or none where the store breaks off in between. */
  async function claim(question: Question, wanted: readonly ConfiguredTarget[], forMs: number) {
    const holder = { run: question.run, since: isoNow(clock), link: null };
    const free: ConfiguredTarget[] = [];
    const running: Running[] = [];
    try {
      for (const target of wanted) {
        const claimed = await claims.take(target.id, holder, forMs);
        if (claimed.is === 'taken') free.push(target);
        else running.push({ target: target.id, since: claimed.by.since, link: claimed.by.link });
      }
    } catch (error) {
      await release(wanted, question); // the one that broke off may have been taken too
      throw error;
    }
    return { free, running };
  }

  async function release(claimed: readonly ConfiguredTarget[], question: Question): Promise<void> {
    await Promise.allSettled(claimed.map(({ id }) => claims.release(id, question.run)));
  }

  async function locate(free: readonly ConfiguredTarget[], { run }: Question, at: ReplyAddress): Promise<void> {
    const link = await messenger(at.platform).link(at);
    if (link) await Promise.all(free.map(({ id }) => claims.locate(id, run, link)));
  }

  /** Null where the platform does not take it now: the run goes on, and its result is what arrives. */
  async function placeholder(question: Question, plan: Plan): Promise<ReplyAddress | null> {
    try {
      return await messenger(question.to.platform).post(question.to, progressView(plan, new Set()));
    } catch (error) {
      onTrouble(error, question);
      return null;
    }
  }

  /** A result is for everybody there, with its file; where the platform does not take it now, the asker is told. */
  async function last(question: Question, id: string, transcript: boolean): Promise<void> {
    const target = targets.find(each => each.id === id);
    const report = target ? await history.last(target.id) : null;
    if (!report) return tell(question, noReportView(id));
    await show(question, transcript ? transcriptView(report) : lastReportView(report));
  }

  /** Where a button stood, its message becomes the answer. */
  async function inPlace(question: Question, view: View): Promise<void> {
    if (!question.fromButton) return show(question, view);
    await messenger(question.to.platform).edit(question.to, view);
  }

  async function show(question: Question, view: View): Promise<void> {
    try {
      await messenger(question.to.platform).post(question.to, view);
    } catch (error) {
      onTrouble(error, question);
      await tell(question, view);
    }
  }

  /** A script out of the last report. It is only printed, so whoever may check may have it. */
  async function fix(question: Question, wants: Fix, visible: readonly ConfiguredTarget[]): Promise<void> {
    const [target] = targetsFor(grants, question.by, 'runner', visible).filter(({ id }) => id === wants.target);
    if (!target) {
      const refused = { needs: 'runner', has: highestRole(question, visible), targets: [wants.target] } as const;
      return tell(question, refusalView(question.by, refused));
    }
    const last = await history.last(target.id);
    if (!last && wants.from === null) return tell(question, noReportView(target.id));
    const judged = judgedAgain(target, last, wants.from, question);
    if (judged.is === 'mistake') return tell(question, mistakeView(judged.says));
    if (judged.is === 'no-version') return tell(question, mistakeView(versionMissing(target.id, judged.says)));
    const chosen = chooseRemedies(judged.report, wants.chosen);
    if (chosen.is === 'mistake') return tell(question, mistakeView(chosen.says));
    try {
      const script = fixScript({ target: judged.target, remedies: chosen.remedies, at: isoNow(clock) });
      if (script.changes.length === 0) return await tell(question, nothingToFixView(target.id, script.leftOut));
      await show(question, fixView(target.id, script));
    } catch (error) {
      if (!(error instanceof NotInThisVersionError)) throw error;
      await tell(question, mistakeView(`${error.message}.`));
    }
  }

  /** The last report as it is, or what it saw together with what was pasted. */
  function judgedAgain(
    target: ConfiguredTarget,
    last: Report | null,
    from: string | null,
    question: Question,
  ): Rejudged {
    const known = versioned(target, last?.revealed?.version);
    if (from === null && last)
      return known ? { is: 'judged', report: last, target: known } : { is: 'no-version', says: null };
    const at = isoNow(clock);
    try {
      const pasted = presentValues(from ?? '', target, 'What was pasted', at);
      return rejudge({ target, seen: last, pasted, at, onCrash: error => onTrouble(error, question) });
    } catch (error) {
      if (error instanceof UsageError) return { is: 'mistake', says: error.message };
      throw error;
    }
  }

  async function lastReports(
    visible: readonly ConfiguredTarget[],
  ): Promise<ReadonlyMap<string, Report | null> | 'unreachable'> {
    try {
      return new Map(await Promise.all(visible.map(async ({ id }) => [id as string, await history.last(id)] as const)));
    } catch (error) {
      if (error instanceof StoreDownError) return 'unreachable';
      throw error;
    }
  }

  function highestRole(question: Question, visible: readonly ConfiguredTarget[]): Role {
    const roles = visible.map(target => roleFor(grants, question.by, target));
    return roles.includes('operator') ? 'operator' : roles.includes('runner') ? 'runner' : 'viewer';
  }

  function viewOf(error: unknown, { run }: Question): View {
    return error instanceof StoreDownError ? queueDownView() : brokenView(run);
  }

  function tell(question: Question, view: View): Promise<void> {
    return messenger(question.to.platform).tell(question.to, view);
  }
};

const isOn = (leg: Leg, { only }: Check): boolean => only.length === 0 || only.includes(leg);

const leftOut = ({ only }: Check, id: string): string => `${id} has nothing to look at under --only ${only.join(',')}.`;

const nothingToLookAt = (wants: Check, free: readonly ConfiguredTarget[]): string => {
  const names = free.map(({ id }) => id).join(', ');
  return wants.only.length > 0
    ? leftOut(wants, names)
    : `No site may look at ${names}: the configuration gives it none.`;
};
