import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** What an SMTP server offers, before or after encryption: extensions in capitals and the mechanisms behind AUTH. */
export const SmtpEhlo = evidence('smtp-ehlo', {
  when: z.enum(['before-tls', 'after-tls', 'plain']),
  outcome: z.enum(['listed', 'refused', 'silent', 'closed', 'too-much']),
  code: z.int().nullable(),
  enhanced: z.string().nullable(),
  text: z.string().nullable(),
  extensions: z.array(z.string()).max(100),
  auth: z.array(z.string()).max(50),
  tookMs: TookMs,
});
export type SmtpEhlo = z.infer<typeof SmtpEhlo>;
