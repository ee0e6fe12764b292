import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-MailboxDatabase -Status`: whether a database is mounted. `null`: the source did not say, as without `-Status`. */
export const DatabaseState = evidence('database-state', {
  database: z.string(),
  mounted: z.boolean().nullable(),
  server: z.string().nullable(),
});
export type DatabaseState = z.infer<typeof DatabaseState>;
