import type { Leg } from '../domain/evidence/evidence.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { Vantage } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { connectQuote, portAnswers, portFault } from './ports.js';
import { healthy, type Judgement, problem, unknown } from './rule.js';
import { alike, listed, onLeg, placesOf, quoteOf, standsAt } from './seen.js';

type Connect = EvidenceOf<'tcp-connect'>;
type Sister = EvidenceOf<'sister-port'>;
type Refused = { remedies: Remedy[]; asks: Ask[] };

/**
 * Judges a port that the clients at `from` connect to. A site that cannot connect is a fault of its own, also where another site can.
 * What a site sees that stands elsewhere is its own path: open there does not prove that UCCX gets through, nor closed that it is locked out.
 */
export const judgeMailPort = (
  seen: readonly Connect[],
  {
    leg,
    from,
    sisters = [],
    whenRefused,
  }: { leg: Leg; from: readonly Vantage[]; sisters?: readonly Sister[]; whenRefused: () => Refused },
): Judgement => {
  const all = onLeg(seen, leg);
  const connects = all.filter(connect => from.some(vantage => standsAt(vantage, connect)));
  if (connects.length === 0) return unknown(fromElsewhere(all, from));
  const connected = connects.filter(({ outcome }) => outcome === 'connected');
  const [first, ...others] = connected;
  const failed = connects.filter(({ outcome }) => outcome !== 'connected');
  if (failed.length === 0 && first) return healthy(portAnswers([first, ...others]));

  return problem(
    ...alike(failed, ({ outcome }) => outcome).map(({ first: one, all }) => {
      const fault = portFault(one.outcome as Exclude<Connect['outcome'], 'connected'>, [one, ...all.slice(1)]);
      const everywhere = connected.length === 0;
      const refused = fault.outcome === 'refused' && everywhere ? whenRefused() : { remedies: [], asks: [] };
      const open =
        fault.outcome === 'refused' ? onLeg(sisters, leg).filter(({ outcome }) => outcome === 'connected') : [];
      return {
        severity: everywhere ? ('critical' as const) : ('warning' as const),
        certainty: refused.remedies.length > 0 && open.length === 0 ? ('likely' as const) : ('possible' as const),
        says: `${(everywhere ? fault.says : `${fault.says.slice(0, -1)}; ${placesOf(connected)} can connect.`).slice(0, -1)}${besideWords(open)}.`,
        because: [...all.map(connectQuote), ...connected.map(connectQuote), ...onLeg(sisters, leg).map(sisterQuote)],
        asks: [...(open.length > 0 ? [isThatThePort(open)] : []), ...refused.asks, { says: fault.next, steps: [] }],
        // Where the other port answers, the service runs: what would start it is no advice.
        remedies: open.length > 0 ? [] : refused.remedies,
      };
    }),
  );
};

const besideWords = (open: readonly Sister[]): string =>
  open[0]
    ? `; port ${open[0].port} beside it is open, so the machine serves and this port is not bound or is filtered`
    : '';

const sisterQuote = (sister: Sister): string =>
  quoteOf(
    sister,
    `port ${sister.port}: ${sister.outcome}${sister.outcome === 'connected' ? `, ${sister.greeting ?? 'no word in plain text'}` : ''}`,
  );

const isThatThePort = ([open]: readonly Sister[]): Ask => ({
  says: `Is ${open?.port} the port that UCCX is configured for? Then this target names another; if not, something must be bound to ${open?.besides}.`,
  steps: [],
});

const fromElsewhere = (all: readonly Connect[], from: readonly Vantage[]): string => {
  const open = all.filter(({ outcome }) => outcome === 'connected');
  const closed = all.filter(({ outcome }) => outcome !== 'connected');
  const seen = [
    ...(open.length > 0 ? [`the port is open from ${placesOf(open)}`] : []),
    ...alike(closed, ({ outcome }) => outcome).map(({ key, all: these }) => `${key} from ${placesOf(these)}`),
  ];
  return `${listed(seen) || 'nobody tried the port'}, and no site stands at the ${from.join(' or the ')}: that is another path than the clients take`;
};
