import type { Leg } from '../domain/evidence/evidence.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { Ask } from '../domain/verdict.js';
import { connectQuote, portAnswers, portFault } from './ports.js';
import { healthy, type Judgement, problem, unknown } from './rule.js';
import { alike, onLeg, placesOf } from './seen.js';

type Connect = EvidenceOf<'tcp-connect'>;
type Refused = { remedies: Remedy[]; asks: Ask[] };

/** Judges a port that UCCX connects to. A site that cannot connect is a fault of its own, also where another site can. */
export const judgeMailPort = (seen: readonly Connect[], leg: Leg, whenRefused: () => Refused): Judgement => {
  const connects = onLeg(seen, leg);
  const connected = connects.filter(({ outcome }) => outcome === 'connected');
  const [first, ...others] = connected;
  const failed = connects.filter(({ outcome }) => outcome !== 'connected');
  if (failed.length === 0) {
    return first ? healthy(portAnswers([first, ...others])) : unknown(`nobody tried it`, { missing: ['tcp-connect'] });
  }

  return problem(
    ...alike(failed, ({ outcome }) => outcome).map(({ first: one, all }) => {
      const fault = portFault(one.outcome as Exclude<Connect['outcome'], 'connected'>, [one, ...all.slice(1)]);
      const everywhere = connected.length === 0;
      const refused = fault.outcome === 'refused' && everywhere ? whenRefused() : { remedies: [], asks: [] };
      return {
        severity: everywhere ? ('critical' as const) : ('warning' as const),
        certainty: refused.remedies.length > 0 ? ('likely' as const) : ('possible' as const),
        says: everywhere ? fault.says : `${fault.says.slice(0, -1)}; ${placesOf(connected)} can connect.`,
        because: [...all.map(connectQuote), ...connected.map(connectQuote)],
        asks: [...refused.asks, { says: fault.next, steps: [] }],
        remedies: refused.remedies,
      };
    }),
  );
};
