import type { AuditedLook, AuditRecord } from '../domain/audit.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Plan, ProbeOrder } from '../domain/plan.js';
import { problemsOf, type Report, stateOf } from '../domain/report.js';
import type { Wants } from '../domain/request.js';
import { accountFor } from '../domain/target.js';
import type { Question } from '../intake/ports.js';
import type { ProbeCard } from '../probes/probe.js';
import { shown } from '../readers/mask.js';

type Asked = Extract<AuditRecord, { is: 'asked' }>;
type Ordered = Extract<AuditRecord, { is: 'ordered' }>;
type Looked = Extract<AuditRecord, { is: 'looked' }>;

/** What a person asked. Of what they pasted only how much it was; of a reason its words, without what looks like a secret. */
export const askedRecord = ({ run, by, fromButton }: Question, taken: Asked['taken'], wants: Wants | null): Asked => {
  const { platform, user, channel } = by;
  return {
    is: 'asked',
    run,
    by: { platform, user, channel },
    with: fromButton ? 'button' : 'words',
    wants: wants && (Object.fromEntries(Object.entries(wants).map(harmless)) as Asked['wants']),
    taken,
  };
};

const harmless = ([name, value]: [string, unknown]): [string, unknown] => {
  if (typeof value !== 'string') return [name, value];
  return [name, PASTED.includes(name) ? `${value.length} characters` : shown(value, 300)];
};
const PASTED = ['pasted', 'from'];

type Known = { targets: readonly ConfiguredTarget[]; cards: readonly ProbeCard[] };

/** What will be looked at, by the file of whoever orders it; the worker of a site takes servers and accounts from its own. */
export const orderedRecord = ({ run, targets: plans }: Plan, by: Ordered['by'], known: Known): Ordered => {
  const looks = new Map<string, AuditedLook>();
  for (const order of plans.flatMap(({ orders }) => orders)) {
    const { target, site, probe } = order;
    const { server, account } = placeOf(order, known);
    const key = JSON.stringify([target, site, server, account]);
    const look = looks.get(key) ?? { target, site, server, account, probes: [] };
    looks.set(key, { ...look, probes: [...look.probes, probe] });
  }
  return { is: 'ordered', run, by, looks: [...looks.values()] };
};

export const lookedRecord = (report: Report, known: Known): Looked => ({
  is: 'looked',
  run: report.run,
  target: report.target,
  state: stateOf(report),
  problems: [...new Set(problemsOf(report).map(({ rule }) => rule))],
  logins: report.observations.flatMap(observation =>
    observation.is === 'silent'
      ? []
      : observation.evidence.flatMap(fact => {
          if (!('outcome' in fact) || !('mechanism' in fact) || fact.source.by !== 'probe') return [];
          const { probe, site } = fact.source;
          const order = report.plan.orders.find(each => each.probe === probe && each.site === site);
          const outcome = fact.outcome === 'withheld' && fact.withheldFor ? fact.withheldFor : fact.outcome;
          return [{ probe, site, account: order ? placeOf(order, known).account : null, outcome: String(outcome) }];
        }),
  ),
  silent: report.observations.flatMap(observation =>
    observation.is === 'silent' && observation.source.by === 'probe'
      ? [{ probe: observation.source.probe, site: observation.source.site, why: observation.why }]
      : [],
  ),
});

/** The account only where the probe logs in. */
const placeOf = (
  { target: id, probe, ladder }: ProbeOrder,
  { targets, cards }: Known,
): Pick<AuditedLook, 'server' | 'account'> => {
  const target = targets.find(each => each.id === id);
  const card = cards.find(each => each.id === probe);
  if (!target || !card) return { server: 'unknown', account: null };
  if (card.leg === 'web')
    return { server: target.web ? `${target.web.host}:${target.web.port}` : 'unknown', account: null };
  if (target.kind === 'cuc-single-inbox')
    return { server: `${target.cuc.host}:${target.cuc.notifyPort}`, account: null };
  const endpoint = card.leg === 'smtp' ? target.smtp : target.imap;
  const account = card.impact === 'touch' ? null : (accountFor(target, ladder)?.user ?? null);
  // The round trip of a message ends in the mailbox.
  const ends = card.impact === 'mail' ? [target.smtp, target.imap] : [endpoint];
  return { server: ends.map(({ host, port }) => `${host}:${port}`).join(' and '), account };
};
