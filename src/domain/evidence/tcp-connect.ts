import { z } from 'zod';
import { evidence, Leg, TookMs } from './evidence.js';

/**
 * Whether a TCP connection came about. `connected` proves no service: the kernel accepts for a server that is full.
 * `tried` lists each address that the name gave, with its own outcome; `address` is the one that answered.
 */
export const TcpConnect = evidence('tcp-connect', {
  leg: Leg,
  host: z.string(),
  port: z.int(),
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'name-not-found', 'reset', 'failed']),
  address: z.string().nullable(),
  tried: z.array(z.object({ address: z.string(), outcome: z.string() })),
  /** The system's own word, such as ECONNREFUSED. */
  code: z.string().nullable(),
  tookMs: TookMs,
});
export type TcpConnect = z.infer<typeof TcpConnect>;
