import { z } from 'zod';
import { evidence } from './evidence.js';

/** The end of an IMAP session. Exchange names its year in the BYE line, also without a login. */
export const ImapLogout = evidence('imap-logout', {
  clean: z.boolean(),
  bye: z.string().nullable(),
});
export type ImapLogout = z.infer<typeof ImapLogout>;
