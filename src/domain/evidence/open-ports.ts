import { z } from 'zod';
import { Port } from '../target.js';
import { evidence } from './evidence.js';

/** Which ports are listened on, as the command line of Unity Connection lists them, and who is connected to them. */
export const OpenPorts = evidence('open-ports', {
  command: z.enum(['show-open-ports', 'netstat', 'ss', 'lsof']),
  /** What the list was narrowed to, as it was typed; null where it was not, or nobody knows. */
  filter: z.string().max(100).nullable(),
  /** Something follows the list, so its end is not missing; never of a Windows, which is not Unity Connection. */
  isWhole: z.boolean(),
  listening: z
    .array(z.object({ port: Port, on: z.enum(['any', 'loopback', 'one']), process: z.string().max(64).nullable() }))
    .max(300),
  connected: z
    .array(z.object({ port: Port, connections: z.int(), peers: z.array(z.string().max(255)).max(20) }))
    .max(100),
  /** Ports and connections beyond those listed. */
  leftOut: z.int().min(0),
});
export type OpenPorts = z.infer<typeof OpenPorts>;
