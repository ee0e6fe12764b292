import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-CASMailbox`: which ways into one mailbox are open. `null`: the source did not say. */
export const CasMailbox = evidence('cas-mailbox', {
  /** Every name by which the source calls the mailbox. */
  names: z.array(z.string()).min(1).max(8),
  imapEnabled: z.boolean().nullable(),
  ewsEnabled: z.boolean().nullable(),
});
export type CasMailbox = z.infer<typeof CasMailbox>;
