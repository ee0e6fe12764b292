import { z } from 'zod';
import { evidence } from './evidence.js';

/** What `Get-ImapSettings` of one server grants one address, and all clients together. `null`: the source did not say. */
export const ImapServiceLimits = evidence('imap-service-limits', {
  server: z.string().nullable(),
  maxConnectionsFromSingleIp: z.int().nullable(),
  maxConnections: z.int().nullable(),
});
export type ImapServiceLimits = z.infer<typeof ImapServiceLimits>;
