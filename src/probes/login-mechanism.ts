import type { Mechanism } from '../domain/evidence/imap-login.js';
import { type MailAccount, usesToken } from '../domain/target.js';
import { ntlmName } from '../wire/ntlm.js';
import type { SaslMechanism } from '../wire/sasl.js';
import type { Withholding } from './withholding.js';

/** Over what a login would go: `trusted` is a server that has shown that it is the one that was meant. */
export type Way = { encrypted: boolean; trusted: boolean };
export type Choice<Chosen = Mechanism> =
  | { is: 'use'; mechanism: Chosen }
  | ({ is: 'withhold' } & Withholding)
  /** Nothing that may be used is offered; `says` where more was wanted than any login. */
  | { is: 'none'; says: string | null };

/**
 * How to log in to IMAP with what is offered: AUTH=PLAIN, the LOGIN command, AUTH=LOGIN, then NTLM, which is the order in which UCCX's
 * own mail library tries them. In the clear LOGINDISABLED forbids every one that shows the password.
 */
export const imapMechanism = (capabilities: readonly string[], way: Way, account: MailAccount): Choice => {
  const isDisabled = capabilities.includes('LOGINDISABLED');
  const passwords: Mechanism[] = [
    ...(capabilities.includes('AUTH=PLAIN') ? ['PLAIN' as const] : []),
    ...(isDisabled ? [] : ['LOGIN' as const]),
    ...(capabilities.includes('AUTH=LOGIN') ? ['SASL-LOGIN' as const] : []),
  ];
  const offered = { passwords: isDisabled && !way.encrypted ? [] : passwords, has: has(capabilities, 'AUTH=') };
  return choose(offered, way, account);
};

/** The same for SMTP: AUTH LOGIN, PLAIN, then NTLM. */
export const smtpMechanism = (auth: readonly string[], way: Way, account: MailAccount): Choice<SaslMechanism> => {
  const passwords: SaslMechanism[] = [
    ...(auth.includes('LOGIN') ? ['SASL-LOGIN' as const] : []),
    ...(auth.includes('PLAIN') ? ['PLAIN' as const] : []),
  ];
  return choose({ passwords, has: has(auth, '') }, way, account);
};

type Offered<Chosen> = { passwords: readonly Chosen[]; has: (name: 'NTLM' | 'XOAUTH2') => boolean };
const has = (words: readonly string[], before: string) => (name: string) => words.includes(`${before}${name}`);

const choose = <Chosen extends Mechanism>(
  { passwords, has }: Offered<Chosen>,
  way: Way,
  account: MailAccount,
): Choice<Chosen | 'NTLM' | 'XOAUTH2'> => {
  if (usesToken(account)) return byToken(has('XOAUTH2'), way);
  const wish = account.mechanism ?? 'auto';
  if (wish === 'ntlm') return byNtlm(has('NTLM'), account);
  const fitting = passwords.filter(name => wish === 'auto' || FITS[wish].includes(name));
  const [first] = fitting;
  if (first) return { is: 'use', mechanism: first };
  if (wish !== 'auto')
    return { is: 'none', says: `mailbox.mechanism is ${wish}, which the server does not offer here` };
  return has('NTLM') && ntlmName(account.user) ? silentNtlm(way) : { is: 'none', says: null };
};
const FITS = { plain: ['PLAIN'], login: ['LOGIN', 'SASL-LOGIN'] } as const satisfies Record<
  string,
  Mechanism[]
> as Record<'plain' | 'login', readonly Mechanism[]>;

/** Whoever holds an access token is the application until it runs out: it goes to nobody but the server that was meant (RFC 6750, 5.3). */
const byToken = (isOffered: boolean, { encrypted, trusted }: Way): Choice<'XOAUTH2'> => {
  if (!encrypted) return { is: 'withhold', why: 'not-encrypted', says: 'a token is never sent without encryption' };
  if (!trusted)
    return {
      is: 'withhold',
      why: 'untrusted-server',
      says: 'a token is never sent to a server whose certificate proves nothing, whatever «trust» is',
    };
  return isOffered
    ? { is: 'use', mechanism: 'XOAUTH2' }
    : { is: 'none', says: 'mailbox.oauth wants XOAUTH2, which the server does not offer' };
};

const byNtlm = (isOffered: boolean, { user }: MailAccount): Choice<'NTLM'> => {
  if (!isOffered) return { is: 'none', says: 'mailbox.mechanism is ntlm, which the server does not offer here' };
  return ntlmName(user)
    ? { is: 'use', mechanism: 'NTLM' }
    : { is: 'none', says: 'NTLM cannot name the mailbox behind DOMAIN/user/mailbox' };
};

/**
 * NTLM does not show the password, but whoever gets its proof can guess the password at leisure, or hand the proof on. So nobody gets it
 * unasked but a server that has shown who it is.
 */
const silentNtlm = ({ encrypted, trusted }: Way): Choice<'NTLM'> => {
  if (encrypted && trusted) return { is: 'use', mechanism: 'NTLM' };
  const [why, says] = encrypted
    ? (['untrusted-server', 'whose certificate proves nothing'] as const)
    : (['not-encrypted', 'which without encryption may be anybody'] as const);
  return {
    is: 'withhold',
    why,
    says: `only NTLM is offered, by a server ${says}: it could guess the password from the proof; mailbox.mechanism: ntlm allows it`,
  };
};
