/*
 * Words of Exchange that narrow a cause down. A word never proves one by itself: over the limit of connections Exchange answers
 * exactly as to a wrong password.
 */
export const says = {
  /** The front end took the password, the mailbox session did not come about (seen from 2013 on and in Exchange Online). */
  notConnected: /User is authenticated but not connected/i,
  /** An exception in the mailbox layer; KB 980049 prints it with the limit on sessions in the store. */
  serverUnavailable: /Server Unavailable\.? ?15\b/i,
  /** The blank was seen missing. */
  throttled: /Request is throttled/i,
  /** LOGIN before encryption. */
  invalidState: /Command received in Invalid state/i,
  accountDisabled: /account currently disabled/i,
  basicDisabled: /Basic authentication is disabled/i,
} as const;

export const matches = (pattern: RegExp, text: string | null): boolean => text !== null && pattern.test(text);
