import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getReceiveConnector, setReceiveConnector } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { fileFor, keep, refuseOnline, shell } from './steps.js';

type Limits = Parameters<typeof setReceiveConnector>[1];
type Present = EvidenceOf<'connector-limits'>;

/** What Cisco's checklist sets for the connector that UCCX uses ("SMTP"); 5 % of 5000 connections is 250 again. */
const PER_SOURCE = 250;
const PERCENT_PER_SOURCE = 5;
const PER_MINUTE = 250;
/** What Exchange ships, and the checklist sets again. */
const IN_ALL = 5000;

export type ConnectorLimit = 'connections-per-source' | 'connections-in-all' | 'messages-per-minute';

export const CONNECTOR_PROPERTIES = [
  'Identity',
  'MaxInboundConnection',
  'MaxInboundConnectionPerSource',
  'MaxInboundConnectionPercentagePerSource',
  'MessageRateLimit',
  'MessageRateSource',
];

/**
 * Raises what a receive connector allows to one address, and nothing that it does not already allow less of.
 * Null where the present values are not known, where they are no lower, and for `Default <server>`, over which Exchange servers
 * send to each other: there the published numbers would be a cut.
 */
export const raiseConnectorLimits = (target: MailTarget, present: Present, hit: ConnectorLimit): Remedy | null => {
  refuseOnline(target, 'raise-connector-limits');
  const { version } = target.exchange;
  const identity = connectorIdentity(target, present.connector);
  if (!identity || facesExchange(identity)) return null;

  const changes = CHANGES[hit](present);
  if (changes.length === 0) return null;
  const one = (limits: Limits) => setReceiveConnector(version, { Identity: identity, ...limits });
  const read = getReceiveConnector(version, { Identity: identity });
  const show = shell(piped(read, formatList({ Property: CONNECTOR_PROPERTIES })));

  return card({
    id: hit === 'connections-in-all' ? 'raise-connector-total' : 'raise-connector-limits',
    title:
      hit === 'connections-in-all'
        ? `Let the connector ${identity} hold more connections in all`
        : `Let one address do more at once on the connector ${identity}`,
    scope: 'connector',
    formula: FORMULA[hit],
    settings: changes.flatMap(({ now, was }) =>
      Object.entries(now).map(([name, to]) => ({
        on: identity,
        name,
        now: String(was[name as keyof Limits]),
        to: String(to),
      })),
    ),
    read: [keep(read, fileFor('connector', identity)), show],
    apply: [shell(one(Object.assign({}, ...changes.map(change => change.now))))],
    verify: [show],
    undo: [shell(one(Object.assign({}, ...changes.map(change => change.was))))],
    risk:
      'It counts for every address that this connector serves; if it faces the Internet, a connector of its own for UCCX is better. ' +
      'Needs no restart as far as is known; allow some minutes.',
    source:
      'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html',
  });
};

const FORMULA: Record<ConnectorLimit, string> = {
  'messages-per-minute': `${PER_MINUTE} a minute, as in Cisco's checklist`,
  'connections-per-source': `${PER_SOURCE} connections from one address, as in Cisco's checklist; ${PERCENT_PER_SOURCE} % of ${IN_ALL} is ${PER_SOURCE} too`,
  'connections-in-all': `${IN_ALL} connections in all, as Exchange ships and as in Cisco's checklist`,
};

const perSourceChanges = (present: Present): { now: Limits; was: Limits }[] => {
  const { connectionsPerSource: source, connectionsPercentPerSource: percent } = present;
  return [
    ...(typeof source === 'number' && source < PER_SOURCE
      ? [{ now: { MaxInboundConnectionPerSource: PER_SOURCE }, was: { MaxInboundConnectionPerSource: source } }]
      : []),
    ...(percent !== null && percent < PERCENT_PER_SOURCE
      ? [
          {
            now: { MaxInboundConnectionPercentagePerSource: PERCENT_PER_SOURCE },
            was: { MaxInboundConnectionPercentagePerSource: percent },
          },
        ]
      : []),
  ];
};

const rateChanges = ({ messagesPerMinute: rate }: Present): { now: Limits; was: Limits }[] =>
  typeof rate === 'number' && rate < PER_MINUTE
    ? [{ now: { MessageRateLimit: PER_MINUTE }, was: { MessageRateLimit: rate } }]
    : [];

const inAllChanges = ({ connections: all }: Present): { now: Limits; was: Limits }[] =>
  typeof all === 'number' && all < IN_ALL
    ? [{ now: { MaxInboundConnection: IN_ALL }, was: { MaxInboundConnection: all } }]
    : [];

const CHANGES: Record<ConnectorLimit, (present: Present) => { now: Limits; was: Limits }[]> = {
  'connections-per-source': perSourceChanges,
  'connections-in-all': inAllChanges,
  'messages-per-minute': rateChanges,
};

/** `EX01\Client Frontend EX01`. Null where several servers have a connector of that name and it is not said which one is meant. */
const connectorIdentity = ({ exchange: { servers } }: MailTarget, connector: string): string | null => {
  if (connector.includes('\\')) return connector;
  const [only, ...others] = servers;
  const owner = others.length === 0 ? only : servers.find(server => connector.endsWith(` ${server}`));
  return owner ? `${owner}\\${connector}` : null;
};

const facesExchange = (identity: string): boolean => /\\Default (?!Frontend )/i.test(identity);
