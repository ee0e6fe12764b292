import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Evidence } from '../domain/evidence/index.js';

/** What an administrator read and wrote into the configuration, as evidence with the day on which it was read. */
export const statedEvidence = (target: ConfiguredTarget): Evidence[] => {
  if (target.kind !== 'uccx-mail' || !target.limits) return [];
  const { limits, smtp } = target;
  const at: IsoTime = `${limits.readOn}T00:00:00.000Z`;
  const common = { target: target.id, source: { by: 'stated', readOn: limits.readOn }, at } as const;
  const stated: Evidence[] = [];
  if (limits.imapConnectionsPerUser !== undefined) {
    stated.push({ kind: 'imap-limits', ...common, server: null, maxConnectionsPerUser: limits.imapConnectionsPerUser });
  }
  if (limits.storeSessionsPerUser !== undefined) {
    stated.push({ kind: 'store-limits', ...common, server: null, serviceSessionsPerUser: limits.storeSessionsPerUser });
  }
  const connector = [
    limits.connectorConnections,
    limits.connectorConnectionsPerSource,
    limits.connectorConnectionsPercentPerSource,
    limits.connectorMessagesPerMinute,
  ];
  if (smtp.connector && connector.some(value => value !== undefined)) {
    stated.push({
      kind: 'connector-limits',
      ...common,
      connector: smtp.connector,
      connections: limits.connectorConnections ?? null,
      connectionsPerSource: limits.connectorConnectionsPerSource ?? null,
      connectionsPercentPerSource: limits.connectorConnectionsPercentPerSource ?? null,
      messagesPerMinute: limits.connectorMessagesPerMinute ?? null,
    });
  }
  return stated;
};
