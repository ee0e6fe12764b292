import { blamesCredentials, countsFailedLogins } from '../domain/login-words.js';

/*
 * Words that narrow a cause down. A word never proves one by itself: over the limit of connections Exchange answers exactly as to a
 * wrong password. Response codes (RFC 5530) mean the same on every server; words of servers that are not Exchange are read only where
 * they can hardly mean anything else.
 */
export const says = {
  /** The front end took the password, the mailbox session did not come about (seen from 2013 on and in Exchange Online). */
  notConnected: /User is authenticated but not connected/i,
  /** An exception in the mailbox layer; KB 980049 prints it with the limit on sessions in the store. */
  serverUnavailable: /Server Unavailable\.? ?15\b/i,
  /** The blank was seen missing. */
  throttled: /Request is throttled|\bOverBudget\b/i,
  /** LOGIN before encryption. */
  invalidState: /Command received in Invalid state/i,
  accountDisabled:
    /account (?:has been |is |was )?(?:currently )?(?:disabled|suspended|deactivated)|\bnot enabled for (?:IMAP|POP|SMTP)/i,
  basicDisabled: /Basic authentication is disabled|Basic authentication is not supported/i,
  /** The account or the address. A mailbox that another session has locked is neither. */
  locked: /^(?!.*\bmailbox\b.{0,20}\blocked\b).*\b(?:locked(?: out)?|blocked|banned|blacklisted)\b/i,
  expired: /\b(?:password|account)\b.{0,20}\bexpired\b/i,
  /** Dovecot, Courier, Cyrus and others say it in words like these. */
  tooMany:
    /\b(?:maximum|max\.?|too many)\b.{0,40}\b(?:connections?|sessions?|log-?ins?)\b|\b(?:connections?|sessions?)\b.{0,30}\blimit\b/i,
  /** Gmail, and gateways. How often or how much, not how many at once. */
  tooOften:
    /\brate\b.{0,20}\b(?:exceeded|limit)|\bexceeded\b.{0,40}\b(?:bandwidth|rate)\b|\bper (?:minute|hour|day)\b/i,
  /** A limit of one address, which says nothing about the account. */
  ofAddress: /\bIP\b|\baddress\b|\bhost\b/i,
  encryptFirst:
    /(?:plain|clear) ?text (?:auth\w*|log-?ins?|passwords?) (?:is |are )?(?:disallowed|disabled|not (?:allowed|permitted))|must issue a STARTTLS|requires? (?:TLS|SSL|encryption)|only available under a layer/i,
  unavailable:
    /temporar|unavailable|try (?:again )?(?:later|in\b)|internal (?:server )?error|system error|server error|\b(?:failed|unable) to (?:connect|reach|contact)\b|\b(?:could not|couldn't|cannot|can't) (?:connect|reach|contact)\b/i,
  /** `Connection is closed. 13`: nothing was heard for too long. */
  idleTooLong: /Connection (?:is )?closed\.? ?13\b|autologout|inactiv|idle/i,
} as const;

export const matches = (pattern: RegExp, text: string | null): boolean => text !== null && pattern.test(text);

/**
 * The response code of an IMAP answer in capitals, null where it has none. A probe gives the words behind the status, `[LIMIT] too many`;
 * a log has the whole line, `A2 NO [LIMIT] too many`.
 */
export const codeIn = (text: string | null): string | null =>
  /^(?:\S+ (?:NO|BAD|BYE|OK) )?\[([A-Z][A-Z0-9-]*)/i.exec(text ?? '')?.[1]?.toUpperCase() ?? null;

/**
 * What a refused login is about, as far as the server says. `credentials` is its own code for «not accepted, and I do not say why»;
 * `unsaid` is everything that names no cause, `AUTHENTICATE failed.` above all.
 */
export type LoginReading =
  | 'throttled'
  | 'basic-off'
  | 'failed-logins'
  | 'encrypt-first'
  | 'encrypt-again'
  | 'too-many'
  | 'too-often'
  | 'expired'
  | 'locked'
  | 'disabled'
  | 'not-allowed'
  | 'credentials'
  | 'unavailable'
  | 'unsaid';

const CODES: Readonly<Record<string, LoginReading>> = {
  LIMIT: 'too-many',
  PRIVACYREQUIRED: 'encrypt-first',
  EXPIRED: 'expired',
  AUTHORIZATIONFAILED: 'not-allowed',
  NOPERM: 'not-allowed',
  UNAVAILABLE: 'unavailable',
  SERVERBUG: 'unavailable',
  INUSE: 'unavailable',
  AUTHENTICATIONFAILED: 'credentials',
};

export const loginReading = (text: string | null, encrypted: boolean): LoginReading => {
  if (matches(says.throttled, text)) return 'throttled';
  if (matches(says.basicDisabled, text)) return 'basic-off';
  if (countsFailedLogins(text)) return 'failed-logins';
  const coded = CODES[codeIn(text) ?? ''];
  if (coded === 'encrypt-first' || matches(says.encryptFirst, text))
    return encrypted ? 'encrypt-again' : 'encrypt-first';
  // Words that blame name or password, or speak of a block, weigh more than a code that does not go with them.
  if (blamesCredentials(text) && coded !== 'expired') return 'credentials';
  if (coded && coded !== 'credentials') return coded;
  if (matches(says.invalidState, text) && !encrypted) return 'encrypt-first';
  const named = BY_WORDS.find(([, words]) => matches(words, text))?.[0] ?? coded;
  return named ?? (matches(says.unavailable, text) ? 'unavailable' : 'unsaid');
};

const BY_WORDS: readonly (readonly [LoginReading, RegExp])[] = [
  ['expired', says.expired],
  ['disabled', says.accountDisabled],
  ['locked', says.locked],
  ['too-often', says.tooOften],
  ['too-many', says.tooMany],
];
