import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/**
 * One marked message on its way: handed to the target's SMTP service, awaited by IMAP IDLE in the mailbox, removed.
 * `stage` is where it ended; `delivery` that it was handed over and not seen, `removal` that it was seen and may still lie there, `done`
 * that it was seen and taken away again.
 */
export const MailLoop = evidence('mail-loop', {
  stage: z.enum(['mail-from', 'rcpt-to', 'data', 'delivery', 'removal', 'done', 'not-begun']),
  /** The server's answer that ended it, or that took the message. */
  code: z.int().nullable(),
  text: z.string().nullable(),
  messageId: z.string(),
  /** From the end of DATA to its answer, and from there until the mailbox showed the message; null where it never came. */
  submittedMs: TookMs.nullable(),
  deliveredMs: TookMs.nullable(),
  /** How long the mailbox was watched for it since; null where it was not. */
  watchedMs: TookMs.nullable(),
  removed: z.boolean(),
  /** Marked messages of earlier runs that lay there still and were removed now. */
  leftovers: z.int().min(0),
  tookMs: TookMs,
});
export type MailLoop = z.infer<typeof MailLoop>;
