import { orderedRecord } from '../audit/records.js';
import { extraMs, makePlan } from '../diagnosis/plan.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { StoreSilentError } from '../domain/errors.js';
import type { TargetId } from '../domain/ids.js';
import { type LadderOffer, sharingAccounts } from '../domain/ladder.js';
import type { ReplyAddress } from '../domain/request.js';
import { checkUnclearView, mistakeView, runningView, runningWords } from '../view/answers.js';
import { fullView } from '../view/busy.js';
import { progressView } from '../view/progress.js';
import type { View } from '../view/view.js';
import { LOOP_REMARK } from './deep.js';
import type { IntakeDeps } from './deps.js';
import { makeHold } from './hold.js';
import { makeLimits } from './limits.js';
import { patiently } from './patiently.js';
import type { CheckWish, Question } from './ports.js';
import { type Tell, troubleView } from './tell.js';

/** How long after its deadline a claim lets go by itself, should its run never end. */
const CLAIM_GRACE_MS = 30_000;

/** What goes with a check: what has nothing to look at, what else is to be said, and what somebody agreed to. */
type Beside = { idle?: readonly TargetId[]; remarks?: readonly string[]; ladder?: LadderOffer };

export type Lay = ReturnType<typeof makeLay>;

/** The road of a check that is allowed: claim, plan, placeholder, queue. */
export const makeLay = (deps: IntakeDeps, { tell, placeholder }: Tell) => {
  const { clock, targets, sites, cards, deadlineMs, messenger, pens, runs, submit, follow, onTrouble } = deps;
  const { claim, release, locate } = makeHold(deps);
  const limits = makeLimits(deps);
  return lay;

  /** Claims, plans, posts the placeholder and lays the run into the queue. */
  async function lay(
    question: Question,
    wants: CheckWish,
    apt: readonly ConfiguredTarget[],
    { idle = [], remarks = [], ladder }: Beside,
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
      withRead: deps.reading !== undefined,
      remarks: [
        ...(wants.loop ? [LOOP_REMARK] : []),
        ...running.map(runningWords),
        ...idle.map(id => leftOut(wants, id)),
        ...remarks,
      ],
    });
    if (plan.targets.every(({ orders }) => orders.length === 0)) {
      await release(held, question);
      return tell(question, mistakeView(nothingToLookAt(wants, free)));
    }
    const full = await limits.full(question, plan);
    if (full) {
      await release(held, question);
      return tell(question, fullView(full.site, full.waiting));
    }
    // The message of a button keeps its words until the run is laid: should that fail, the button is still there.
    const by = { is: 'person', id: question.run } as const;
    await deps.audit?.note(orderedRecord(plan, by, { targets, cards })).catch(async error => {
      await release(held, question);
      throw error;
    });
    const at = question.fromButton ? question.to : await placeholder(question, progressView(plan, new Set()));
    const to = at ?? question.to;
    try {
      await submit({ run: question.run, at: plan.at, by: question.by, to, wants }, plan);
    } catch (error) {
      onTrouble(error, question);
      await release(held, question);
      const isUnclear = error instanceof StoreSilentError;
      const view = isUnclear ? checkUnclearView(free.map(({ id }) => id)) : troubleView(error, question);
      if (question.fromButton) await tell(question, view);
      else if (at) await sayThere(question, at, view);
      // Where no message of it stands, the answer would come beside this one; whether it comes shows soon.
      else if (!isUnclear) await messenger(to.platform, question.run).edit(to, view);
      return;
    }
    // From here on the run goes its way, and its answer comes whatever else fails.
    if (at) follow(plan, at, question.fromButton || question.begun !== undefined);
    await runs.keep(question.run).catch(error => onTrouble(error, question));
    if (at) await locate(held, question, at).catch(error => onTrouble(error, question));
  }

  /** That the queue was not heard in time does not mean that it took nothing: where the result stands already it stays. */
  async function sayThere({ run }: Question, to: ReplyAddress, view: View): Promise<void> {
    await patiently(async () => {
      if (pens && !(await pens.lift(run).catch(() => true))) return;
      try {
        await messenger(to.platform, run).edit(to, view);
      } finally {
        await pens?.lay(run).catch(() => {}); // it ends by itself
      }
    });
  }
};

const leftOut = ({ only }: CheckWish, id: string): string =>
  `${id} has nothing to look at under --only ${only.join(',')}.`;

export const nothingToLookAt = (wants: CheckWish, free: readonly ConfiguredTarget[]): string => {
  const names = free.map(({ id }) => id).join(', ');
  return wants.only.length > 0
    ? leftOut(wants, names)
    : `No site may look at ${names}: the configuration gives it none.`;
};
