import type { IsoTime } from '../domain/clock.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { RunId } from '../domain/ids.js';
import type { Plan, ProbeOrder, TargetPlan } from '../domain/plan.js';
import { accountOf, type Site, type Target, type Vantage } from '../domain/target.js';
import type { ProbeCard } from '../probes/probe.js';

export type PlanWishes = {
  run: RunId;
  at: IsoTime;
  targets: readonly Target[];
  sites: readonly Site[];
  cards: readonly ProbeCard[];
  /** Only these conversations; all where empty. */
  only: readonly Leg[];
  loginAnyway: boolean;
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
  cards,
  only,
  loginAnyway,
  deadlineMs,
  remarks = [],
}: PlanWishes): Plan => {
  const accounts = new Map<string, Target>();
  return {
    run,
    at,
    answerBy: new Date(Date.parse(at) + deadlineMs).toISOString(),
    targets: targets.map(target => planTarget(target)),
    remarks: [...remarks],
  };

  function planTarget(target: Target): TargetPlan {
    const wanted = cards.filter(card => card.for === target.kind && (only.length === 0 || only.includes(card.leg)));
    const mayLook = target.sites ? sites.filter(site => target.sites?.includes(site.id)) : sites;
    const leftOut: string[] = [];
    const chosen = wanted.flatMap(card => {
      const from = conclusiveFor(card, target);
      const there = mayLook.filter(site => site.vantages.some(vantage => from.includes(vantage)));
      const places = there.length > 0 ? there : mayLook;
      if (card.impact === 'touch') return places.map(site => ({ card, site }));
      const site = places.find(place => place.vantages.includes(from[0] as Vantage)) ?? places[0];
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
      uncovered: uncoveredBy(mayLook, wanted, target),
      leftOut,
      legs: [...new Set(wanted.map(card => card.leg))],
    };
  }
};

/** With the Finesse family no agent's PC opens IMAP, so looking from there says nothing (Cisco, UCCX design guide 12.5). */
const conclusiveFor = (card: ProbeCard, target: Target): readonly Vantage[] =>
  target.kind === 'uccx-mail' && target.desktop === 'finesse'
    ? card.from.filter(vantage => vantage !== 'agent-side')
    : card.from;

const uncoveredBy = (sites: readonly Site[], cards: readonly ProbeCard[], target: Target): TargetPlan['uncovered'] => {
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
