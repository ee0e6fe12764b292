import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-Mailbox`: the names of one mailbox, and the one that the Information Store writes into its events. */
export const ExchangeMailbox = evidence('exchange-mailbox', {
  names: z.array(z.string()).min(1).max(8),
  legacyDn: z.string().nullable(),
  server: z.string().nullable(),
  database: z.string().nullable(),
});
export type ExchangeMailbox = z.infer<typeof ExchangeMailbox>;
