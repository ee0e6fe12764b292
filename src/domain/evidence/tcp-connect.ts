import { z } from 'zod';
import { evidence, Leg, TookMs } from './evidence.js';

/**
 * Whether a TCP connection came about. `connected` proves no service: the kernel accepts for a server that is full.
 * `tried` lists the addresses of the name that were tried, each with its own outcome; `address` is the one that answered, and `others` are
 * those that nobody needed to try after it: what became of them, if anybody looked, is a `further-connect`.
 */
export const TcpConnect = evidence('tcp-connect', {
  leg: Leg,
  host: z.string(),
  port: z.int(),
  outcome: z.enum(['connected', 'refused', 'timed-out', 'unreachable', 'name-not-found', 'reset', 'failed']),
  address: z.string().nullable(),
  tried: z.array(z.object({ address: z.string(), outcome: z.string(), tookMs: TookMs.optional() })),
  others: z.array(z.string()).max(8).optional(),
  /** The system's own word, such as ECONNREFUSED. */
  code: z.string().nullable(),
  tookMs: TookMs,
});
export type TcpConnect = z.infer<typeof TcpConnect>;
