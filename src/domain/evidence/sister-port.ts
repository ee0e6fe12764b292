import { z } from 'zod';
import { evidence, Leg } from './evidence.js';

/** What the other usual port of the same service does where the configured one refuses: a connect and the first line, no more. */
export const SisterPort = evidence('sister-port', {
  leg: Leg,
  host: z.string(),
  port: z.int(),
  /** Of the port that refused. */
  besides: z.int(),
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'name-not-found', 'reset', 'failed']),
  /** The greeting; null where none came, as on a port that speaks TLS from the first byte. */
  greeting: z.string().nullable(),
});
export type SisterPort = z.infer<typeof SisterPort>;
