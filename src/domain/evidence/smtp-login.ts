import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';
import { Mechanism, WithheldFor } from './imap-login.js';

/** One login to the submission service, or why none was tried. Refusals are in the server's words. */
export const SmtpLogin = evidence('smtp-login', {
  outcome: z.enum(['accepted', 'refused', 'closed', 'silent', 'withheld', 'no-mechanism']),
  mechanism: Mechanism.nullable(),
  code: z.int().nullable(),
  /** RFC 3463, such as `5.7.3`. */
  enhanced: z.string().nullable(),
  text: z.string().nullable(),
  withheldFor: WithheldFor.nullable(),
  encrypted: z.boolean(),
  /** A refusal before it left says nothing about it. Absent where nobody knows, as of what a log tells. */
  passwordSent: z.boolean().optional(),
  tookMs: TookMs,
});
export type SmtpLogin = z.infer<typeof SmtpLogin>;
