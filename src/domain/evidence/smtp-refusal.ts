import { z } from 'zod';
import { evidence } from './evidence.js';

/** A refusal in a conversation that somebody recorded (a transcript, a protocol log of a receive connector), as often as it stood there. */
export const SmtpRefusal = evidence('smtp-refusal', {
  after: z.enum(['connect', 'ehlo', 'starttls', 'auth', 'mail-from', 'rcpt-to', 'data', 'other']),
  code: z.int(),
  enhanced: z.string().nullable(),
  text: z.string().nullable(),
  /** The connector that answered and the address that was refused, where the record names them. */
  connector: z.string().nullable(),
  remote: z.string().nullable(),
  times: z.int().min(1),
});
export type SmtpRefusal = z.infer<typeof SmtpRefusal>;
