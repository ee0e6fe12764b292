import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-ManagementRoleAssignment`: who has which role. `enabled` null: the source did not say. */
export const RoleAssignment = evidence('role-assignment', {
  role: z.string(),
  assignee: z.string(),
  enabled: z.boolean().nullable(),
  /** `DelegatingOrgWide` lets somebody hand the role on, and not use it. */
  delegating: z.boolean().nullable(),
});
export type RoleAssignment = z.infer<typeof RoleAssignment>;
