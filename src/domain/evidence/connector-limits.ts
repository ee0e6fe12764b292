import { z } from 'zod';
import { evidence } from './evidence.js';

const amount = z.union([z.int(), z.literal('unlimited')]).nullable();

/** `Get-ReceiveConnector` of one connector. `null`: the source did not say. */
export const ConnectorLimits = evidence('connector-limits', {
  connector: z.string(),
  connections: amount,
  connectionsPerSource: amount,
  connectionsPercentPerSource: z.int().nullable(),
  messagesPerMinute: amount,
  /** Ports that it listens on, and by what it counts messages a minute; missing where the source did not say. */
  ports: z.array(z.int()).max(20).optional(),
  rateSource: z.enum(['none', 'ip-address', 'user', 'all']).optional(),
});
export type ConnectorLimits = z.infer<typeof ConnectorLimits>;
