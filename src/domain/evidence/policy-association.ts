import { z } from 'zod';
import { evidence } from './evidence.js';

/** `Get-ThrottlingPolicyAssociation`, or the property of a mailbox: which policy it has of its own. `policy` null: the default one applies. */
export const PolicyAssociation = evidence('policy-association', {
  /** Every name by which the source calls the mailbox. */
  names: z.array(z.string()).min(1).max(8),
  policy: z.string().nullable(),
});
export type PolicyAssociation = z.infer<typeof PolicyAssociation>;
