import type { EvidenceOf } from '../domain/evidence/index.js';
import { listed, placeOf, placesOf } from './seen.js';

type Connect = EvidenceOf<'tcp-connect'>;

/** What each way of not connecting means, and where to look next. They are different faults and must not be mixed up. */
const MEANINGS: Record<Exclude<Connect['outcome'], 'connected'>, { means: string; next: string }> = {
  refused: {
    means: 'refuses the connection: the machine answers, but nothing listens on that port or a filter rejects it',
    next: 'whether the service runs and is bound to that port',
  },
  'timed-out': {
    means:
      'does not answer at all: a firewall drops the packets, the address or route is wrong, or the machine is down',
    next: 'the firewall on the way from there, and the same port from another network',
  },
  unreachable: {
    means: 'cannot be reached: the network has no way there',
    next: 'the routes and the gateway at that site',
  },
  'name-not-found': {
    means: 'cannot be found: the name has no address there',
    next: 'the spelling of the name and the DNS that this site asks; the clients ask their own',
  },
  reset: {
    means: 'takes the connection and breaks it off at once: a balancer without a live server behind it, or a limit',
    next: 'the balancer, and a server behind it directly',
  },
  failed: { means: 'could not be connected to', next: 'the words of the system below' },
};

export type PortFault = { outcome: keyof typeof MEANINGS; says: string; next: string; all: readonly Connect[] };

/** One sentence for what one or several sites saw of a port. */
export const portFault = (outcome: PortFault['outcome'], all: readonly [Connect, ...Connect[]]): PortFault => {
  const [{ host, port }] = all;
  const { means, next } = MEANINGS[outcome];
  return {
    outcome,
    says: `${host} port ${port}, seen from ${placesOf(all)}, ${means}.`,
    next: `Look at ${next}.`,
    all,
  };
};

/** The system's own words, with every address that was tried. */
export const connectQuote = ({ source, code, outcome, tookMs, tried }: Connect): string =>
  `${placeOf(source)}: ${code ?? outcome} after ${Math.round(tookMs)} ms` +
  (tried.length === 0 ? '' : ` (${tried.map(one => `${one.address}: ${one.outcome}`).join(', ')})`);

/** `mail.test port 143 answers at site hq and site branch`, with the addresses of the name that did not. */
export const portAnswers = (connected: readonly [Connect, ...Connect[]]): string => {
  const [{ host, port }] = connected;
  const deaf = connected.flatMap(({ tried }) =>
    tried.filter(({ outcome }) => outcome !== 'connected').map(({ address, outcome }) => `${address} (${outcome})`),
  );
  const others =
    deaf.length === 0 ? '' : `; of the addresses of that name ${listed([...new Set(deaf)].sort())} did not`;
  return `${host} port ${port} takes connections from ${placesOf(connected)}${others}`;
};
