import { z } from 'zod';
import { ShellCommand } from './shell-command.js';

/** One thing for a person to do. `drops` says what stops working meanwhile and for how long; null: nothing does. */
export const Step = z.discriminatedUnion('do', [
  z.object({ do: z.literal('shell'), command: ShellCommand, drops: z.string().nullable() }),
  z.object({ do: z.literal('by-hand'), text: z.string(), drops: z.string().nullable() }),
]);
export type Step = z.infer<typeof Step>;

/**
 * What a person can do about a finding, with the way back: read the present value first, apply, verify, undo.
 * The bot never does any of it.
 */
export const Remedy = z.object({
  id: z.string(),
  title: z.string(),
  /** Whom the change touches beside the account in question. */
  scope: z.enum(['mailbox', 'server', 'connector', 'organisation', 'client']),
  /** How the proposed value was found: `2 × 25 agents + 4 = 54, + 25 % = 68`. Null where no value is proposed. */
  formula: z.string().nullable(),
  read: z.array(Step),
  apply: z.array(Step),
  verify: z.array(Step),
  undo: z.array(Step),
  /** What can go wrong, and when to do it. */
  risk: z.string(),
  source: z.string(),
});
export type Remedy = z.infer<typeof Remedy>;
