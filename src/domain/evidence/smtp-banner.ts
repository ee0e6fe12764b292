import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** The first thing an SMTP server says. `rejected` is any code but 2xx, most often 421 or 554, in the server's words. */
export const SmtpBanner = evidence('smtp-banner', {
  outcome: z.enum(['greeted', 'rejected', 'silent', 'closed', 'not-smtp', 'too-much']),
  code: z.int().nullable(),
  /** RFC 3463, such as `4.3.2`. */
  enhanced: z.string().nullable(),
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type SmtpBanner = z.infer<typeof SmtpBanner>;
