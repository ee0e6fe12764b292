import { z } from 'zod';
import { IsoTime } from '../clock.js';
import { evidence, Leg, TookMs } from './evidence.js';

/**
 * One more connection behind a conversation that is over: to another address of the same name, or to the same address once more. A connect,
 * the greeting, the certificate where there is one, a farewell, and never a login.
 */
export const FurtherConnect = evidence('further-connect', {
  leg: Leg,
  host: z.string(),
  port: z.int(),
  address: z.string(),
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'name-not-found', 'reset', 'failed']),
  /** The system's own word, such as ECONNREFUSED. */
  code: z.string().nullable(),
  /** Null where nobody waited for it, or not for long enough. */
  greeted: z.boolean().nullable(),
  /** The words, of a greeting or of what came in its place. */
  greeting: z.string().nullable(),
  certificate: z.object({ subject: z.string(), notAfter: IsoTime, sha256: z.string() }).nullable(),
  tookMs: TookMs,
});
export type FurtherConnect = z.infer<typeof FurtherConnect>;
