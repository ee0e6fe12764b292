import { z } from 'zod';
import { evidence } from './evidence.js';

/** One server as `Get-ExchangeServer` lists it: its short name, and the build that `AdminDisplayVersion` spells, as `15.1.2507.6`. */
export const ExchangeServer = evidence('exchange-server', {
  server: z.string(),
  build: z.string(),
});
export type ExchangeServer = z.infer<typeof ExchangeServer>;
