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
  accountDisabled: /account (?:is )?(?:currently )?(?:disabled|suspended|deactivated)/i,
  basicDisabled: /Basic authentication is disabled|Basic authentication is not supported/i,
  locked: /\blocked(?: out)?\b/i,
  expired: /\b(?:password|account)\b.{0,20}\bexpired\b/i,
  /** Dovecot, Courier, Cyrus and others say it in words like these. */
  tooMany:
    /\b(?:maximum|max\.?|too many)\b.{0,40}\b(?:connections?|sessions?|logins?)\b|\b(?:connections?|sessions?|logins?)\b.{0,30}\blimit\b/i,
  encryptFirst:
    /plain ?text auth\w* (?:is )?(?:disallowed|disabled|not allowed)|must issue a STARTTLS|requires? (?:TLS|SSL|encryption)/i,
  unavailable: /temporar|unavailable|try again|internal (?:server )?error|system error|server error/i,
  /** `Connection is closed. 13`: nothing was heard for too long. */
  idleTooLong: /Connection (?:is )?closed\.? ?13\b|autologout|inactiv|idle/i,
  /** `Connection is closed. 14`: several commands made no sense, or several logins failed. */
  tooManyFailures: /Connection (?:is )?closed\.? ?14\b|too many (?:errors|bad commands|invalid|failed)/i,
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
  | 'encrypt-first'
  | 'too-many'
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
  const coded = CODES[codeIn(text) ?? ''];
  if (coded) return coded;
  if (matches(says.encryptFirst, text) || (matches(says.invalidState, text) && !encrypted)) return 'encrypt-first';
  if (matches(says.tooMany, text)) return 'too-many';
  if (matches(says.expired, text)) return 'expired';
  if (matches(says.accountDisabled, text)) return 'disabled';
  if (matches(says.locked, text)) return 'locked';
  return matches(says.unavailable, text) ? 'unavailable' : 'unsaid';
};
