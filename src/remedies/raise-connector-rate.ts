import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getReceiveConnector, setReceiveConnector } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { CONNECTOR_PROPERTIES } from './raise-connector-limits.js';
import { byHand, fileFor, keep, refuseOnline, shell } from './steps.js';

type Present = EvidenceOf<'connector-limits'>;

/** What Cisco sets for SocialMiner (TechNote 200892): the front end 50 a minute, the proxy behind it twice that. */
const FRONT_END = 50;
/** Nobody says how fast agents answer; two replies a minute is more than anybody writes. An assumption, and shown as one. */
const PER_AGENT = 2;

/**
 * Raises the messages a minute of the connectors on port 587. From 2013 on a message passes two of them, and each counts: the front
 * end of the server that was called, and the proxy connector of any server that may hold the mailbox. Null for another port, and where
 * every connector was read to allow as much.
 */
export const raiseConnectorRate = (target: MailTarget, present: readonly Present[]): Remedy | null => {
  refuseOnline(target, 'raise-connector-rate');
  if (target.smtp.port !== 587) return null;
  const { servers, version } = target.exchange;
  const front = Math.max(FRONT_END, PER_AGENT * target.agents);
  const connectors = servers
    .flatMap(server =>
      is2010(version)
        ? [{ server, name: `Client ${server}`, to: front }]
        : [
            { server, name: `Client Frontend ${server}`, to: front },
            { server, name: `Client Proxy ${server}`, to: 2 * front },
          ],
    )
    .map(({ server, name, to }) => ({ identity: `${server}\\${name}`, to, now: rateOf(name, server, present) }))
    .filter(({ now, to }) => now === null || (now !== 'unlimited' && now < to));
  if (connectors.length === 0) return null;

  const read = (identity: string) => getReceiveConnector(version, { Identity: identity });
  const show = ({ identity }: { identity: string }) =>
    shell(piped(read(identity), formatList({ Property: CONNECTOR_PROPERTIES })));
  const set = (identity: string, MessageRateLimit: number) =>
    shell(setReceiveConnector(version, { Identity: identity, MessageRateLimit }));
  // A number or Unlimited is an object of Exchange in the kept file, of which nobody can say that it goes in again as it came out.
  const setBack = (identity: string) =>
    byHand(
      `Set MessageRateLimit of ${identity} back to what was read first: a number or Unlimited, kept in ${fileFor('connector-rate', identity)}.`,
    );

  return card({
    id: 'raise-connector-rate',
    title: `Let one sender hand in more mail a minute on port 587 of ${servers.join(', ')}`,
    scope: 'connector',
    formula:
      `the greater of ${FRONT_END} (Cisco) and ${PER_AGENT} × ${target.agents} agents = ${front} a minute` +
      (is2010(version) ? '' : `; the proxy connector twice that = ${2 * front}`),
    settings: connectors.map(({ identity, now, to }) => ({
      on: identity,
      name: 'MessageRateLimit',
      now: now?.toString() ?? null,
      to: String(to),
    })),
    read: connectors.flatMap(({ identity }) => [
      keep(read(identity), fileFor('connector-rate', identity)),
      show({ identity }),
    ]),
    apply: connectors.map(({ identity, to }) => set(identity, to)),
    verify: connectors.map(show),
    undo: connectors.map(({ identity, now }) => (typeof now === 'number' ? set(identity, now) : setBack(identity))),
    risk:
      'It counts for every client that hands in mail on port 587, each on its own account. Leave out a connector that already shows as ' +
      'much, more or Unlimited: this may only raise. Two replies a minute for each agent is our assumption. The names are those that ' +
      'Exchange gives; the list of connectors shows if somebody renamed one.',
    source:
      'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/socialminer/200892-integrate-uccx-with-socialminer-for-agen.html',
  });
};

const rateOf = (name: string, server: string, present: readonly Present[]): number | 'unlimited' | null =>
  present.find(({ connector }) => connector === name || connector === `${server}\\${name}`)?.messagesPerMinute ?? null;
