import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { RunId, SiteId } from '../domain/ids.js';
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
  deadlineMs: number;
  remarks?: readonly string[];
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
  deadlineMs,
  remarks = [],
}: PlanWishes): Plan => {
  const accounts = new Map<string, ConfiguredTarget>();
  return {
    run,
    at,
    answerBy: new Date(Date.parse(at) + deadlineMs).toISOString(),
    targets: targets.map(target => planTarget(target)),
    remarks: [...remarks],
  };

  function planTarget(target: ConfiguredTarget): TargetPlan {
    const wanted = cards.filter(
      card =>
        card.for === target.kind &&
        (only.length === 0 || only.includes(card.leg)) &&
        (card.impact === 'touch' || card.impact === 'login' || also.includes(card.impact)) &&
        (card.applies?.(target) ?? true),
    );
    const allowed = target.sites ? sites.filter(site => target.sites?.includes(site.id)) : sites;
    const mayLook = allowed.filter(site => from.includes(site.id));
    const uncovered = uncoveredBy(allowed, wanted, target);
    const leftOut = uncoveredBy(mayLook, wanted, target)
      .filter(gap => !uncovered.some(other => other.vantage === gap.vantage && other.probe === gap.probe))
      .map(({ vantage, probe }) => `${probe} at the ${vantage}: this check is from ${from.join(', ')} only`);
    const chosen = wanted.flatMap(card => {
      const vantages = conclusiveFor(card, target);
      const there = mayLook.filter(site => site.vantages.some(vantage => vantages.includes(vantage)));
      const places = there.length > 0 ? there : mayLook;
      if (card.impact === 'touch') return places.map(site => ({ card, site }));
      const site = places.find(place => place.vantages.includes(vantages[0] as Vantage)) ?? places[0];
      if (!site) return [];
      const other = target.kind === 'uccx-mail' ? accounts.get(accountOf(target)) : undefined;
      if (other) {
        leftOut.push(`no login: ${other.id} logs in to the same account in this run, and one login is enough`);
        return [];
      }
      if (target.kind === 'uccx-mail') accounts.set(accountOf(target), target);
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
          }),
        ),
      uncovered,
      leftOut,
      legs: [...new Set(wanted.map(card => card.leg))],
    };
  }
};

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
