import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-ServerComponentState`: whether a part of Exchange takes work. `server` null where the source names no machine. */
export const ComponentState = evidence('component-state', {
  server: z.string().nullable(),
  component: z.string(),
  state: z.enum(['active', 'inactive', 'draining']),
});
export type ComponentState = z.infer<typeof ComponentState>;
