import { isIPv6 } from 'node:net';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getReceiveConnector, newReceiveConnector, removeReceiveConnector } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList, formatTable } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { CONNECTOR_PROPERTIES } from './raise-connector-limits.js';
import { fileFor, keep, refuseOnline, shell } from './steps.js';

/** Ports that Exchange keeps for itself from 2013 on: its own transport, and the proxy between its services. */
type Present = EvidenceOf<'connector-limits'>;

/** As in Cisco's checklist, for connections of one address and for messages a minute. */
const CISCO = 250;

const PORTS_OF_EXCHANGE = [465, 475, 717, 2525];

/**
 * A receive connector for the address of UCCX alone, so that nothing changes for anybody else.
 * Null where that address is not configured, or where the port is one that no connector can have.
 */
export const dedicatedReceiveConnector = (target: MailTarget, present: Present | null = null): Remedy | null => {
  refuseOnline(target, 'dedicated-receive-connector');
  const { clientAddress: address, smtp } = target;
  const { servers, version } = target.exchange;
  if (!address || smtp.security === 'tls' || PORTS_OF_EXCHANGE.includes(smtp.port)) return null;

  const name = `UCCX ${address.replaceAll(':', '-')}`;
  const identity = (server: string) => `${server}\\${name}`;
  const list = (server: string) => getReceiveConnector(version, { Server: server });
  const perSource = notBelow(present?.connectionsPerSource ?? null);
  // On the ports of servers Exchange ships no rate at all, so that a number would be a cut; it ships 5 on the port of clients.
  const rate = present?.messagesPerMinute ?? (smtp.port === 587 ? null : 'unlimited');
  const perMinute = rate === 'unlimited' ? null : notBelow(rate, 2_147_483_647);
  const readable = smtp.security === 'plain';

  return card({
    id: 'dedicated-receive-connector',
    title: `A receive connector for ${address} alone on ${servers.join(', ')}`,
    scope: 'connector',
    formula:
      `${perSource} connections of the one address${perMinute === null ? '' : ` and ${perMinute} messages a minute`}: the greater of what ` +
      `answers now and ${CISCO}, as in Cisco's checklist${perMinute === null ? '; no rate, as on the connector that answers now' : ''}`,
    settings: servers.map(server => ({
      on: identity(server),
      name: 'MaxInboundConnectionPerSource',
      now: present?.connectionsPerSource?.toString() ?? null,
      to: String(perSource),
    })),
    read: servers.flatMap(server => [
      keep(list(server), fileFor('connectors', server)),
      listConnectors(target, server),
    ]),
    apply: servers.map(server =>
      shell(
        newReceiveConnector(version, {
          Name: name,
          Server: server,
          ...(is2010(version) ? {} : { TransportRole: 'FrontendTransport' as const }),
          Usage: 'Custom',
          Bindings: [`${isIPv6(address) ? '[::]' : '0.0.0.0'}:${smtp.port}`],
          RemoteIPRanges: [address],
          AuthMechanism: readable
            ? ['Tls', 'BasicAuth', 'Integrated']
            : ['Tls', 'BasicAuth', 'BasicAuthRequireTLS', 'Integrated'],
          PermissionGroups: ['ExchangeUsers'],
          MaxInboundConnectionPerSource: perSource,
          MaxInboundConnectionPercentagePerSource: 100,
          ...(perMinute === null ? {} : { MessageRateLimit: perMinute, MessageRateSource: 'IPAddress' as const }),
        }),
      ),
    ),
    verify: servers.map(server =>
      shell(
        piped(
          getReceiveConnector(version, { Identity: identity(server) }),
          formatList({ Property: [...CONNECTOR_PROPERTIES, 'Bindings', 'RemoteIPRanges'] }),
        ),
      ),
    ),
    undo: servers.map(server => shell(removeReceiveConnector(version, { Identity: identity(server), Confirm: false }))),
    risk:
      `Exchange must see the connections come from ${address}: behind address translation or a balancer it sees another one. ` +
      'Mail of this address moves to the new connector at once, and back when it is removed.' +
      (readable ? ' UCCX does not encrypt here, so the password crosses the network readable.' : ''),
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/new-receiveconnector',
  });
};

/** 10000 is the most that `MaxInboundConnectionPerSource` takes as a number. */
const notBelow = (present: number | 'unlimited' | null, highest = 10_000): number | 'Unlimited' =>
  present === 'unlimited' || (present ?? 0) > highest ? 'Unlimited' : Math.max(CISCO, present ?? 0);

/** Which connectors there are and whom they serve: the one with the narrowest range that holds the address answers. */
export const listConnectors = (target: MailTarget, server: string) =>
  shell(
    piped(
      getReceiveConnector(target.exchange.version, { Server: server }),
      formatTable({
        Property: ['Identity', 'Enabled', 'Bindings', 'RemoteIPRanges', 'AuthMechanism', 'PermissionGroups'],
        AutoSize: true,
      }),
    ),
  );
