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
});
export type ConnectorLimits = z.infer<typeof ConnectorLimits>;
