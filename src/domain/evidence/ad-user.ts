import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-ADUser`: whether the directory lets an account log in. `null`: the source did not say. */
export const AdUser = evidence('ad-user', {
  names: z.array(z.string()).min(1).max(8),
  enabled: z.boolean().nullable(),
  lockedOut: z.boolean().nullable(),
  passwordExpired: z.boolean().nullable(),
  /** `AccountExpirationDate` as it was shown, in the form of that machine; null: never. Absent where the source did not say. */
  expires: z.string().max(60).nullable().optional(),
});
export type AdUser = z.infer<typeof AdUser>;
