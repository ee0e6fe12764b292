import { TLSSocket } from 'node:tls';
import { SERVER_NAME } from './certificates.js';
import type { Conversation } from './conversation.js';
import type { Proof } from './imap-accounts.js';
import { ntlmPeer } from './ntlm-server.js';

/** Who claims to be the account, and by what. */
export type Claim = {
  user: string;
  proof: Proof;
  /** What a server says before it refuses; false where the client did not take that as it should. */
  beforeRefusal?: () => Promise<boolean>;
};
export type Exchange = Claim | 'gone' | 'cancelled' | 'nonsense';
/** Says a challenge in the words of the protocol and gives the client's line; null when it has gone. */
export type Ask = (challenge: string) => Promise<string | null>;

/** The mechanisms of Exchange with a password or a token, on IMAP and SMTP alike. `initial` came with the command. */
export const saslMechanisms: Readonly<
  Record<string, (ask: Ask, initial: string | undefined, client: Conversation) => Promise<Exchange>>
> = {
  // RFC 4616
  PLAIN: async (ask, initial) => {
    const response = initial ?? (await ask(''));
    if (response === null) return 'gone';
    if (response === '*') return 'cancelled';
    const [, user = '', password = ''] = decode(response).split('\0');
    return { user, proof: password };
  },
  LOGIN: async (ask, initial) => {
    const user = initial ?? (await ask('VXNlcm5hbWU6'));
    if (user === '*') return 'cancelled';
    const password = user === null ? null : await ask('UGFzc3dvcmQ6');
    if (user === null || password === null) return 'gone';
    return password === '*' ? 'cancelled' : { user: decode(user), proof: decode(password) };
  },
  // MS-SMTPNTLM, MS-OXIMAP4
  NTLM: async (ask, initial, client) => {
    const carrier = client.raw();
    const peer = ntlmPeer({ computer: SERVER_NAME, domain: 'CONTOSO' }, carrier instanceof TLSSocket ? carrier : null);
    const first = initial ?? (await ask(''));
    if (first === null) return 'gone';
    const challenge = peer.challenge(Buffer.from(first, 'base64'));
    if (!challenge) return first === '*' ? 'cancelled' : 'nonsense';
    const last = await ask(challenge.toString('base64'));
    if (last === null) return 'gone';
    const claim = peer.claim(Buffer.from(last, 'base64'));
    if (!claim) return last === '*' ? 'cancelled' : 'nonsense';
    return { user: claim.user, proof: { holds: claim.holds } };
  },
  // https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
  XOAUTH2: async (ask, initial) => {
    const response = initial ?? (await ask(''));
    if (response === null) return 'gone';
    if (response === '*') return 'cancelled';
    const [, user = '', token = ''] =
      /^user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01$/.exec(decode(response)) ?? [];
    if (token === '') return 'nonsense';
    const said = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}';
    const beforeRefusal = async () => (await ask(Buffer.from(said).toString('base64'))) === '';
    return { user, proof: { token }, beforeRefusal };
  },
};

const decode = (line: string): string => Buffer.from(line, 'base64').toString('utf8');
