import { z } from 'zod';
import { evidence } from './evidence.js';

/** What a policy limits, as far as it is read. */
const LIMITS = [
  'imapConcurrency',
  'imapCutoff',
  'rcaConcurrency',
  'ewsConcurrency',
  'ewsSubscriptions',
  'messagesPerMinute',
] as const;

const amount = z.union([z.int(), z.literal('unlimited')]).nullable();

/**
 * `Get-ThrottlingPolicy` of one policy. `null`: the source did not say. Blank on 2010 is `unlimited`, and `null` since 2013, where the
 * policy above it says; budgets of 2013 and later are milliseconds. `scope` is what the policy is for: `default` on 2010, then `global`,
 * `organization` and `regular`.
 */
export const ThrottlingPolicy = evidence('throttling-policy', {
  policy: z.string(),
  scope: z.enum(['default', 'global', 'organization', 'regular']).nullable(),
  imapConcurrency: amount,
  imapCutoff: amount,
  rcaConcurrency: amount,
  ewsConcurrency: amount,
  ewsSubscriptions: amount,
  messagesPerMinute: amount,
  /** Which of these are there and say nothing. */
  blank: z.array(z.enum(LIMITS)).max(LIMITS.length).optional(),
});
export type ThrottlingPolicy = z.infer<typeof ThrottlingPolicy>;
