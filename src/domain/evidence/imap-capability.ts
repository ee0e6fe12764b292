import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** What an IMAP server offers, in capitals, before or after encryption. LOGINDISABLED counts only before a login. */
export const ImapCapability = evidence('imap-capability', {
  when: z.enum(['before-tls', 'after-tls', 'plain']),
  outcome: z.enum(['listed', 'refused', 'closed', 'silent', 'too-much']),
  capabilities: z.array(z.string()).max(200),
  /** The answer in the server's words where it refused. */
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type ImapCapability = z.infer<typeof ImapCapability>;
