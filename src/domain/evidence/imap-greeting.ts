import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** The first thing an IMAP server says. `silent`: the connection stood and nothing came; `closed`: it ended without a byte. */
export const ImapGreeting = evidence('imap-greeting', {
  outcome: z.enum(['ok', 'preauth', 'bye', 'silent', 'closed', 'not-imap', 'too-much']),
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type ImapGreeting = z.infer<typeof ImapGreeting>;
