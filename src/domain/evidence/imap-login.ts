import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** SASL mechanisms that a login may use, and IMAP's own LOGIN. `SASL-LOGIN` is AUTHENTICATE LOGIN, which only old servers and SMTP have. */
export const Mechanism = z.enum(['LOGIN', 'PLAIN', 'SASL-LOGIN', 'NTLM', 'XOAUTH2']);
export type Mechanism = z.infer<typeof Mechanism>;

/** Why we chose not to send a password. */
export const WithheldFor = z.enum([
  'refused-before',
  'attempt-unfinished',
  'secret-missing',
  'untrusted-server',
  'old-tls',
  'not-encrypted',
  'guard-unreachable',
  'no-token',
]);
export type WithheldFor = z.infer<typeof WithheldFor>;

/**
 * One login, or why none was tried. `accepted` says that the credentials passed; on Exchange 2013 and later not yet that the
 * mailbox is there. `refused` is a tagged NO or BAD in the server's words. `withheld`: we chose not to send the password.
 */
export const ImapLogin = evidence('imap-login', {
  outcome: z.enum(['accepted', 'refused', 'closed', 'silent', 'withheld', 'no-mechanism']),
  mechanism: Mechanism.nullable(),
  /** The tagged answer's status word. */
  status: z.enum(['OK', 'NO', 'BAD', 'BYE']).nullable(),
  text: z.string().nullable(),
  /** For `withheld`: the reason as a word, and in `text` the sentence. */
  withheldFor: WithheldFor.nullable(),
  encrypted: z.boolean(),
  /** A refusal before it left says nothing about it. Absent where nobody knows, as of what a log tells. */
  passwordSent: z.boolean().optional(),
  tookMs: TookMs,
});
export type ImapLogin = z.infer<typeof ImapLogin>;
