import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-ImapSettings` of one server, or of all of them where `server` is null. `null`: the source did not say. */
export const ImapLimits = evidence('imap-limits', {
  server: z.string().nullable(),
  maxConnectionsPerUser: z.int().nullable(),
});
export type ImapLimits = z.infer<typeof ImapLimits>;
