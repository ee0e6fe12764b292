import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredMailTarget, ConfiguredTarget } from '../domain/configured-target.js';
import { Leg } from '../domain/evidence/evidence.js';
import type { RunId, SiteId } from '../domain/ids.js';
import type { LadderOffer } from '../domain/ladder.js';
import type { Plan, ProbeOrder, TargetPlan } from '../domain/plan.js';
import { accountOf, type Site, type Vantage } from '../domain/target.js';
import type { Impact, ProbeCard } from '../probes/probe.js';

export type PlanWishes = {
  run: RunId;
  at: IsoTime;
  targets: readonly ConfiguredTarget[];
  sites: readonly Site[];
  /** Only these of them look, as somebody asked for; all where not given. */
  from?: readonly SiteId[];
  cards: readonly ProbeCard[];
  /** Only these conversations; all where empty. */
  only: readonly Leg[];
  loginAnyway: boolean;
  /** What has a price and was asked for; nothing of it is planned otherwise. */
  also?: readonly Exclude<Impact, 'touch' | 'login'>[];
  /** What somebody has agreed to; without it nothing of the impact `load` is planned. */
  ladder?: LadderOffer;
  deadlineMs: number;
  remarks?: readonly string[];
  /** No probe connects further than its conversation needs: what looks by itself every few minutes. */
  sparing?: boolean;
  /** It is judged together with what was read for the targets before. */
  withRead?: boolean;
};

/**
 * Says what will be looked at, from where: every probe at every site that stands where looking is conclusive, one login per
 * account and run. What no site can look at, and what was left out on purpose, stands beside it. Pure.
 */
export const makePlan = ({
  run,
  at,
  targets,
  sites,
  from = sites.map(({ id }) => id),
  cards,
  only,
  loginAnyway,
  also = [],
  ladder,
  deadlineMs,
  remarks = [],
  sparing = false,
  withRead = false,
}: PlanWishes): Plan => {
  const priced = (impact: Impact) => impact !== 'touch' && impact !== 'login';
  const wishedFor = ({ impact }: ProbeCard) =>
    !priced(impact) || (also.some(each => each === impact) && (impact !== 'load' || ladder !== undefined));
  const accounts = new Map<string, ConfiguredTarget>();
  return {
    run,
    at,
    answerBy: new Date(Date.parse(at) + deadlineMs + extraMs({ also, ladder, cards })).toISOString(),
    targets: targets.map(target => planTarget(target)),
    remarks: [...remarks],
  };

  function planTarget(target: ConfiguredTarget): TargetPlan {
    const wanted = cards
      .filter(
        card =>
          card.for === target.kind &&
          (only.length === 0 || only.includes(card.leg)) &&
          wishedFor(card) &&
          (card.applies?.(target) ?? true),
      )
      // On a mailbox of its own a ladder sees nothing of what others look at on the shared one.
      .map(card => (card.impact === 'load' && ladder?.account === 'test' ? { ...card, includes: [] } : card));
    const allowed = target.sites ? sites.filter(site => target.sites?.includes(site.id)) : sites;
    const mayLook = allowed.filter(site => from.includes(site.id));
    const uncovered = uncoveredBy(allowed, wanted, target);
    const leftOut = uncoveredBy(mayLook, wanted, target)
      .filter(gap => !uncovered.some(other => other.vantage === gap.vantage && other.probe === gap.probe))
      .map(({ vantage, probe }) => `${probe} at the ${vantage}: this check is from ${from.join(', ')} only`);
    /** What has a price takes the place of the login, and nobody needs to be told that it was left out. */
    const standsIn = ({ id, impact }: ProbeCard) =>
      impact === 'login' && wanted.some(other => priced(other.impact) && other.includes.includes(id));
    const chosen = wanted.flatMap(card => {
      if (standsIn(card)) return [];
      const vantages = conclusiveFor(card, target);
      const there = mayLook.filter(site => site.vantages.some(vantage => vantages.includes(vantage)));
      const places = there.length > 0 ? there : mayLook;
      if (card.impact === 'touch') return places.map(site => ({ card, site }));
      const site = places.find(place => place.vantages.includes(vantages[0] as Vantage)) ?? places[0];
      if (!site) return [];
      const account = target.kind === 'uccx-mail' ? accountFor(card, target) : null;
      const other = account === null ? undefined : accounts.get(account);
      if (other && other !== target) {
        leftOut.push(`no login: ${other.id} logs in to the same account in this run, and one login is enough`);
        return [];
      }
      if (other && card.impact === 'login') {
        leftOut.push(
          `${card.id}: the account logs in once in this run already; --only ${card.leg} logs in here instead`,
        );
        return [];
      }
      if (account !== null) accounts.set(account, target);
      return [{ card, site }];
    });
    const done = (probe: string, site: Site) =>
      chosen.some(other => other.site.id === site.id && other.card.includes.includes(probe));
    return {
      target: target.id,
      orders: chosen
        .filter(({ card, site }) => !done(card.id, site))
        .map(
          ({ card, site }): ProbeOrder => ({
            run,
            probe: card.id,
            site: site.id,
            vantages: site.vantages,
            target: target.id,
            budgetMs: card.budgetMs,
            loginAnyway,
            ...(card.furtherConnects && !sparing ? { furtherConnects: card.furtherConnects } : {}),
            ...(card.impact === 'load' && ladder ? takes(ladder) : {}),
            ...(card.impact === 'mail' ? { sendsMail: true as const } : {}),
          }),
        ),
      uncovered,
      leftOut,
      legs: [...new Set(wanted.map(card => card.leg))],
      ...(withRead ? { withRead: only.length > 0 ? [...only] : [...Leg.options] } : {}),
    };
  }

  function accountFor(card: ProbeCard, target: ConfiguredMailTarget): string {
    const own = card.impact === 'load' && ladder?.account === 'test' ? target.ladder?.testMailbox : undefined;
    return accountOf({ mailbox: own ?? target.mailbox });
  }
};

/** How much longer an answer takes where something was asked for that has a price. */
export const extraMs = ({
  also = [],
  ladder,
  cards,
}: Pick<PlanWishes, 'also' | 'cards'> & { ladder?: LadderOffer | undefined }): number =>
  (also.includes('load') ? (ladder?.budgetMs ?? 0) : 0) +
  (also.includes('mail')
    ? Math.max(0, ...cards.filter(({ impact }) => impact === 'mail').map(({ budgetMs }) => budgetMs))
    : 0);

/** Of what was agreed to, the part that an order carries; the password's place is the worker's own to know. */
const takes = ({
  account,
  most,
  intervalMs,
  budgetMs,
  nobodyAtWork,
}: LadderOffer): Pick<ProbeOrder, 'ladder' | 'budgetMs'> => ({
  budgetMs,
  ladder: { account, most, intervalMs, ...(nobodyAtWork ? { nobodyAtWork } : {}) },
});

/** With the Finesse family no agent's PC opens IMAP, so looking from there says nothing (Cisco, UCCX design guide 12.5). */
const conclusiveFor = (card: ProbeCard, target: ConfiguredTarget): readonly Vantage[] =>
  target.kind === 'uccx-mail' && target.desktop === 'finesse'
    ? card.from.filter(vantage => vantage !== 'agent-side')
    : card.from;

const uncoveredBy = (
  sites: readonly Site[],
  cards: readonly ProbeCard[],
  target: ConfiguredTarget,
): TargetPlan['uncovered'] => {
  const seen = new Set<string>();
  return cards
    .filter(card => !cards.some(other => other.includes.includes(card.id)))
    .flatMap(card =>
      conclusiveFor(card, target)
        .filter(vantage => !sites.some(site => site.vantages.includes(vantage)))
        .map(vantage => ({ vantage, probe: card.id })),
    )
    .filter(gap => !seen.has(`${gap.vantage} ${gap.probe}`) && seen.add(`${gap.vantage} ${gap.probe}`));
};
