import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** Who answers `GET /` on the notification port of Unity Connection. A POST with a live id would hide a dead subscription: never sent. */
export const NotifyHttp = evidence('notify-http', {
  outcome: z.enum(['answered', 'silent', 'closed', 'not-http', 'too-much']),
  status: z.int().nullable(),
  server: z.string().nullable(),
  via: z.string().nullable(),
  /** Other headers by which something in between gives itself away, as `name: value`. */
  proxyHeaders: z.array(z.string()).max(20),
  /** Headers by which another product names itself, such as `X-Jenkins: 2.426`; absent where there is none. */
  products: z.array(z.string()).max(10).optional(),
  /** For `not-http`: the first bytes, escaped. */
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type NotifyHttp = z.infer<typeof NotifyHttp>;
