import { z } from 'zod';
import { evidence, TookMs } from './evidence.js';

/** The first thing an IMAP server says. `silent`: the connection stood and nothing came; `closed`: it ended without a byte. */
export const ImapGreeting = evidence('imap-greeting', {
  outcome: z.enum(['ok', 'preauth', 'bye', 'silent', 'closed', 'not-imap', 'too-much']),
  text: z.string().nullable(),
  tookMs: TookMs,
});
export type ImapGreeting = z.infer<typeof ImapGreeting>;

/** What a greeting says of the server: some greet with the time of day or a mark of the session as well, which tells nothing of it. */
export const withoutTime = (greeting: string): string =>
  greeting.replace(
    /<[^<>]*>|(?:\w{3}, *)?\d{1,2}[ -]\w{3}[ -]\d{4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?(?: *[+-]\d{4})?/g,
    '',
  );

/** Whether it tells which server answers: Exchange 2013 and later put its name there, in UTF-16 as base64, `[RQBYADAAMgA=]`. */
export const namesItsServer = (greeting: string): boolean => greeting.split(/\s+/).some(namesAServer);
export const namesAServer = (word: string): boolean => {
  const inside = /^\[([A-Za-z0-9+/]+=*)\]$/.exec(word)?.[1];
  return inside !== undefined && /^[ -~]+$/.test(Buffer.from(inside, 'base64').toString('utf16le'));
};
