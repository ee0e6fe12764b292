import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { LadderOffer } from '../domain/ladder.js';
import type { Wants } from '../domain/request.js';
import { refusalView } from '../view/answers.js';
import {
  cancelledView,
  consentView,
  noConsentView,
  noRoomView,
  nothingToStopView,
  stoppingView,
} from '../view/consent.js';
import { highestRole, targetsFor } from './access.js';
import { isAsShown, offerFor } from './deep.js';
import type { IntakeDeps } from './deps.js';
import type { Lay } from './lay.js';
import type { CheckWish, Question } from './ports.js';
import type { Tell } from './tell.js';

type Consenting = Extract<Wants, { do: 'confirm' | 'cancel' }>;

/** What takes something from others: shown first, agreed to once, and stopped by anybody. */
export const makeConsent = (deps: IntakeDeps, { tell, inPlace }: Tell, lay: Lay) => {
  const { grants, runs, claims, consents, stops, onTrouble } = deps;
  return { propose, confirm, cancel, stop };

  /** Shows what a deep check would take and remembers what was shown. Nothing is opened. */
  async function propose(
    question: Question,
    wants: CheckWish,
    target: ConfiguredTarget,
    offer: LadderOffer,
    again: string | null = null,
  ): Promise<void> {
    await consents.put(question.run, { target: target.id, offer, wants });
    await inPlace(question, consentView(target.id, offer, question.run, { again }));
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
      const refused = { needs: 'operator', has: highestRole(grants, question.by, visible), targets: [id] } as const;
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
    await lay(question, consent.wants, [target], { ladder: offered.offer });
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
};
