import { z } from 'zod';
import { evidence } from './evidence.js';

/** The shell knew no such parameter: the command was of another version of Exchange, and changed nothing. */
export const ShellRefusal = evidence('shell-refusal', {
  cmdlet: z.string().nullable(),
  parameter: z.string(),
});
export type ShellRefusal = z.infer<typeof ShellRefusal>;
