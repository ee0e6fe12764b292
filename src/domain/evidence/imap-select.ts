import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** SELECT INBOX after an accepted login: the first moment at which the mailbox itself must answer. */
export const ImapSelect = evidence('imap-select', {
  outcome: z.enum(['selected', 'refused', 'closed', 'silent', 'too-much']),
  status: z.enum(['OK', 'NO', 'BAD', 'BYE']).nullable(),
  text: z.string().nullable(),
  messages: z.int().nullable(),
  tookMs: TookMs,
});
export type ImapSelect = z.infer<typeof ImapSelect>;
