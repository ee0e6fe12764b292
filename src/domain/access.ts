import { z } from 'zod';
import { TargetId } from './ids.js';

/** `viewer` sees targets, last reports and explanations; `runner` also checks; `operator` also does what has a price. */
export const Role = z.enum(['viewer', 'runner', 'operator']);
export type Role = z.infer<typeof Role>;

/**
 * Who may do what, in the platform's own ids. A person is meant who is in `users` or in one of `groups`; with `channels` only when
 * asking there; with `channels` alone everybody who may write there. A grant that names nobody is a mistake, never everybody.
 */
export const Grant = z
  .strictObject({
    role: Role,
    platform: z.enum(['slack', 'teams', 'console']),
    users: z.array(z.string().min(1)).default([]),
    groups: z.array(z.string().min(1)).default([]),
    channels: z.array(z.string().min(1)).default([]),
    /** The targets that it is about; every target where not given. */
    targets: z.array(TargetId).min(1).optional(),
  })
  .refine(grant => grant.users.length + grant.groups.length + grant.channels.length > 0, {
    message: 'names nobody: expected at least one of users, groups, channels',
  });
export type Grant = z.infer<typeof Grant>;
