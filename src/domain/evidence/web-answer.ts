import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/**
 * What a web service of Exchange answers somebody who does not log in: one GET, no credentials, at most one redirect within the host.
 * A 401 with the schemes that it offers is the healthy answer of EWS and Autodiscover.
 */
export const WebAnswer = evidence('web-answer', {
  service: z.enum(['owa', 'ews', 'autodiscover']),
  url: z.string(),
  outcome: z.enum(['answered', 'silent', 'closed', 'not-http', 'too-much']),
  status: z.int().nullable(),
  server: z.string().nullable(),
  via: z.string().nullable(),
  /** Where a redirect that was not followed sends to, without its query. Absent from reports older than the field. */
  location: z.string().nullable().default(null),
  /** Schemes of WWW-Authenticate in lower case, such as `negotiate`, `ntlm`, `basic`, `bearer`. */
  schemes: z.array(z.string()).max(20),
  /** `X-OWA-Version`, or the build in the paths of the login page; `X-FEServer`. */
  build: z.string().nullable(),
  frontEnd: z.string().nullable(),
  tookMs: TookMs,
});
export type WebAnswer = z.infer<typeof WebAnswer>;
