import { isIPv6 } from 'node:net';
import type { Leg } from '../domain/evidence/evidence.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import { defineRule, healthy, type Judgement, notApplicable, problem } from './rule.js';
import { alike, inOrder, listed, placeOf, placesOf, quoteOf, standsAt } from './seen.js';

type Connect = EvidenceOf<'tcp-connect'>;
type Further = EvidenceOf<'further-connect'>;
/** What became of one connect to one address. */
type Knock = { address: string; is: 'served' | 'dead' | 'no-way'; how: string; item: Connect | Further };

export const everyConnect = defineRule({
  id: 'every-connect',
  for: 'any',
  leg: null,
  asks: 'Does every connection meet a server that serves, whichever address of the name it goes to?',
  explains:
    'A name may have several addresses, and an address several servers behind a balancer. One dead among them breaks some connections and not others: ' +
    'a client that takes the first address that DNS gives it fails each time that this is the dead one. A check tries every address of a name, and ' +
    'connects to the same one a few times, one connection after another.',
  source: 'RFC 1794; https://learn.microsoft.com/exchange/architecture/client-access/load-balancing',
  needs: ['tcp-connect'],
  uses: ['further-connect', 'imap-greeting', 'smtp-banner'],
  behind: [],

  judge({ 'tcp-connect': connects, 'further-connect': further, ...greetings }, target) {
    const turnedAway = notGreeted(greetings['imap-greeting'], greetings['smtp-banner']);
    const services = alike(
      connects.filter(({ outcome }) => outcome === 'connected'),
      ({ leg, host, port }) => `${leg} ${host} ${port}`,
    ).map(({ first, all }) => {
      const same = further.filter(
        ({ leg, host, port }) => leg === first.leg && host === first.host && port === first.port,
      );
      return serviceOf(first, [...all.flatMap(knocksOf), ...inOrder(same).map(each => knockOf(each, turnedAway))]);
    });
    const findings = services.flatMap(service => {
      const found = [...deadAddresses(service), ...deadAtTimes(service)];
      // Agent email needs no HTTPS of Exchange.
      return service.leg === 'web' && target.kind === 'uccx-mail'
        ? found.map(finding => ({ ...finding, severity: 'notice' as const }))
        : found;
    });
    if (findings.length > 0) return problem(...findings);
    const told = services.filter(({ knocks }) => knocks.length > 1).map(wellWords);
    return told.length > 0
      ? healthy(told.join('; '))
      : notApplicable('each name has one address, and nothing was connected to twice');
  },
});

/** What its own rule says of a service is not said of its addresses again. */
const notGreeted =
  (imap: readonly EvidenceOf<'imap-greeting'>[], smtp: readonly EvidenceOf<'smtp-banner'>[]) =>
  ({ leg, source }: Further): boolean => {
    const here = (each: { source: Further['source'] }) => placeOf(each.source) === placeOf(source);
    return leg === 'imap'
      ? imap.some(each => here(each) && each.outcome !== 'ok' && each.outcome !== 'preauth')
      : smtp.some(each => here(each) && each.outcome !== 'greeted');
  };

const knocksOf = (item: Connect): Knock[] =>
  item.tried.map(({ address, outcome }) => ({ address, is: stateOf(address, outcome), how: outcome, item }));

const knockOf = (item: Further, turnedAway: (item: Further) => boolean): Knock => {
  const { address, outcome, greeted } = item;
  if (outcome !== 'connected' || greeted !== false || turnedAway(item))
    return { address, is: stateOf(address, outcome), how: outcome, item };
  return { address, is: 'dead', how: 'connected, not greeted', item };
};

/** A machine without IPv6 has no way to any such address, which says nothing of those who have one. */
const stateOf = (address: string, outcome: string): Knock['is'] => {
  if (outcome === 'connected') return 'served';
  return outcome === 'unreachable' && isIPv6(address) ? 'no-way' : 'dead';
};

type Service = { leg: Leg; host: string; port: number; addresses: string[]; knocks: Knock[]; untried: string[] };
const serviceOf = ({ leg, host, port, others = [] }: Connect, knocks: Knock[]): Service => {
  const addresses = unique(knocks.map(({ address }) => address));
  return { leg, host, port, addresses, knocks, untried: others.filter(address => !addresses.includes(address)) };
};
const unique = (words: readonly string[]): string[] => [...new Set(words)].sort();

type Findings = Extract<Judgement, { is: 'problem' }>['findings'];

/** Addresses that never served a site: DNS hands them out like the others. */
const deadAddresses = ({ host, port, addresses, knocks }: Service): Findings => {
  const alive = knocks.filter(({ is }) => is === 'served');
  const dead = knocks.filter(one => one.is === 'dead' && !alive.some(other => isSame(one, other)));
  if (dead.length === 0) return [];
  const served = unique(alive.map(({ address }) => address));
  const gone = unique(dead.map(({ address }) => address));
  const isOneFamily = unique([...gone, ...served].map(familyOf)).length === 2 && !gone.some(isLike(served));
  const items = dead.map(({ item }) => item);
  return [
    {
      severity: isOneFamily ? 'notice' : 'warning',
      certainty: items.some(item => standsAt('uccx-side', item)) ? 'likely' : 'possible',
      says:
        `${gone.length} of the ${addresses.length} addresses of ${host} ${gone.length === 1 ? 'does' : 'do'} not serve on port ${port}, seen from ${placesOf(items)}: ` +
        `${listed(gone.map(address => `${address} (${listed(unique(dead.filter(each => each.address === address).map(({ how }) => how)))})`))}. ` +
        (isOneFamily
          ? `All of them are ${familyOf(gone[0] as string)}: whoever connects that way first fails or waits, and nobody else notices.`
          : `A client that takes the first address that it is given meets a dead one at ${gone.length * 2 === addresses.length ? 'every other connect' : `${gone.length} of ${addresses.length} connects`}.`),
      because: knocks.map(quote),
      asks: [
        {
          says: `Should ${listed(gone)} serve ${host}? Then look at what listens there and at the firewall before it; if not, take it out of DNS. Does the DNS that the clients ask give them these addresses too?`,
          steps: [],
        },
      ],
      remedies: [],
    },
  ];
};
const familyOf = (address: string): string => (isIPv6(address) ? 'IPv6' : 'IPv4');
const isLike = (served: readonly string[]) => (address: string) =>
  served.some(other => familyOf(other) === familyOf(address));

/** One address, and now it serves and now not. */
const deadAtTimes = ({ host, port, addresses, knocks }: Service): Findings =>
  addresses.flatMap(address => {
    const here = knocks.filter(each => each.address === address);
    const dead = here.filter(
      one => one.is === 'dead' && here.some(other => other.is === 'served' && isSame(one, other)),
    );
    const served = here.filter(one => one.is === 'served' && dead.some(other => isSame(one, other)));
    if (dead.length === 0) return [];
    const items = dead.map(({ item }) => item);
    return [
      {
        severity: 'warning' as const,
        certainty: 'possible' as const,
        says:
          `Of ${dead.length + served.length} connections to ${host} port ${port}, one after another from ${placesOf(items)}, ${dead.length} met nobody ` +
          `(${listed(unique(dead.map(({ how }) => how)))}): a balancer sends some to a server that does not serve, or the service has almost as many connections as it may.`,
        because: here.map(quote),
        asks: [
          {
            says: `Does a balancer stand before ${host}, and does it take a server out whose service is stopped? Try each server behind it directly.`,
            steps: [],
          },
        ],
        remedies: [],
      },
    ];
  });
const isSame = (one: Knock, other: Knock): boolean =>
  one.address === other.address && placeOf(one.item.source) === placeOf(other.item.source);

const quote = ({ address, how, item }: Knock): string =>
  item.kind === 'further-connect' && item.greeting !== null
    ? `${placeOf(item.source)}, ${address}: ${how}, ${quoteOf(item, item.greeting).slice(placeOf(item.source).length + 2)}`
    : `${placeOf(item.source)}, ${address}: ${how}`;

const wellWords = ({ host, port, addresses, knocks, untried }: Service): string => {
  const served = knocks.filter(({ is }) => is === 'served');
  const noWay = unique(knocks.filter(({ is }) => is === 'no-way').map(({ address }) => address));
  const where = placesOf(served.map(({ item }) => item));
  return (
    (addresses.length + untried.length === 1
      ? `each of ${served.length} connections to ${host} port ${port} was taken`
      : `${unique(served.map(({ address }) => address)).length} of ${addresses.length + untried.length} addresses of ${host} take connections on port ${port}`) +
    ` from ${where}` +
    (untried.length > 0 ? `; nobody tried ${listed(unique(untried))}` : '') +
    (noWay.length > 0 ? `; there is no way from there to ${listed(noWay)}` : '')
  );
};
