import { z } from 'zod';
import { evidence } from './evidence.js';

/** Registry values of the Information Store; 16 service sessions where the value does not exist. */
export const StoreLimits = evidence('store-limits', {
  server: z.string().nullable(),
  serviceSessionsPerUser: z.int().nullable(),
});
export type StoreLimits = z.infer<typeof StoreLimits>;
