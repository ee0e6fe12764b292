import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import { bestStanding, isHistory, type Standing, standingOf } from './event-time.js';
import type { Seen } from './rule.js';
import { inOrder } from './seen.js';
import { namesOurs } from './whose.js';

type OfBudget = Seen<'exchange-event' | 'exchange-mailbox'>;
export type OverBudget = { events: readonly EvidenceOf<'exchange-event'>[]; standing: Standing };

/** Events that say that this account went over the budget of its policy: the newest of them, and what they are worth. */
export const overBudget = (seen: OfBudget, target: MailTarget, now: IsoTime): OverBudget | null => {
  const ours = inOrder(seen['exchange-event'])
    .filter(
      ({ about, subject }) =>
        about === 'over-budget' && namesOurs(subject, target, seen['exchange-mailbox']) === 'surely',
    )
    .map(event => ({ event, standing: standingOf(event, now) }));
  if (ours.length === 0) return null;
  const standing = bestStanding(ours.map(each => each.standing));
  return { events: ours.filter(each => each.standing === standing).map(({ event }) => event), standing };
};

export const isOverBudget = (seen: OfBudget, target: MailTarget, now: IsoTime): boolean => {
  const over = overBudget(seen, target, now);
  return over !== null && !isHistory(over.standing);
};
