import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-Service`: one service of Windows on an Exchange server. `server` null where the source names no machine. */
export const ServiceState = evidence('service-state', {
  server: z.string().nullable(),
  service: z.string(),
  /** `Running`, `Stopped`, `StartPending` and the like, as Windows calls it. */
  status: z.string(),
});
export type ServiceState = z.infer<typeof ServiceState>;
