import { z } from 'zod';
import { ShellCommand } from './shell-command.js';

/** One thing for a person to do. `drops` says what stops working meanwhile and for how long; null: nothing does. */
export const Step = z.discriminatedUnion('do', [
  z.object({ do: z.literal('shell'), command: ShellCommand, drops: z.string().nullable() }),
  z.object({
    do: z.literal('by-hand'),
    text: z.string(),
    drops: z.string().nullable(),
    /** A line to type elsewhere than in PowerShell, where, and what to wait for before the next; `text` then says the same as a sentence. */
    typed: z.object({ at: z.string(), line: z.string(), until: z.string().nullable() }).optional(),
  }),
]);
export type Step = z.infer<typeof Step>;

/** One setting that a remedy changes: `now` is null where nobody read it, and the read step shows it. */
export const Setting = z.object({ on: z.string(), name: z.string(), now: z.string().nullable(), to: z.string() });
export type Setting = z.infer<typeof Setting>;

/** A word in capitals that stands in the lines for a value that nothing here knows. */
export const Placeholder = z.object({ name: z.string().regex(/^[A-Z][A-Z-]+$/), where: z.string() });
export type Placeholder = z.infer<typeof Placeholder>;

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
  /** Present and proposed values; empty where the change is not one of values. Absent from reports older than the field. */
  settings: z.array(Setting).default([]),
  read: z.array(Step),
  apply: z.array(Step),
  verify: z.array(Step),
  undo: z.array(Step),
  /** What can go wrong. */
  risk: z.string(),
  /** `window`: applying or undoing it interrupts somebody's work, so a maintenance window is wanted. */
  when: z.enum(['any-time', 'window']).default('window'),
  /** False where a line holds a placeholder: it cannot be pasted before a person has put the value in. */
  complete: z.boolean().default(true),
  placeholders: z.array(Placeholder).default([]),
  source: z.string(),
});
export type Remedy = z.infer<typeof Remedy>;
