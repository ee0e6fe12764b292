import { webApi } from '@slack/bolt';
import { MessengerBusyError, MessengerRefusedError } from '../../intake/ports.js';

/** Slack's own words for «not now»; everything else that it says is final. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]);
/** Those of them that say that it was not looked at. */
const UNTAKEN = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** What a call to Slack's Web API failed with, in the terms of our port: wait, or give up. The code of a refusal is in `facts.code`. */
export const asMessengerError = (error: unknown, method: string): MessengerBusyError | MessengerRefusedError => {
  if (error instanceof MessengerBusyError || error instanceof MessengerRefusedError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError)
    return busy(method, 'Slack asks us to wait', error.retryAfter * 1000, error, true);
  if (error instanceof webApi.WebAPIHTTPError)
    return error.statusCode >= 500 || error.statusCode === 408
      ? busy(method, `Slack answered ${error.statusCode}`, null, error)
      : refused(method, `http_${error.statusCode}`, error);
  if (error instanceof webApi.WebAPIPlatformError) {
    const code = String(error.data.error);
    if (PASSING.has(code)) return busy(method, `Slack answered ${code}`, secondsOf(error), error, UNTAKEN.has(code));
    // Something in between that answers 200 with a page of its own is no word of Slack's.
    return /^[a-z0-9_]{1,60}$/.test(code)
      ? refused(method, code, error)
      : busy(method, 'something else than Slack answered', null, error);
  }
  return busy(method, 'Slack did not answer', null, error);
};

export const codeOf = (error: unknown): string | null =>
  error instanceof MessengerRefusedError && typeof error.facts.code === 'string' ? error.facts.code : null;

const busy = (
  method: string,
  says: string,
  retryAfterMs: number | null,
  cause: unknown,
  untaken = false,
): MessengerBusyError => new MessengerBusyError(says, retryAfterMs, { method }, { cause, untaken });

const refused = (method: string, code: string, cause: unknown): MessengerRefusedError =>
  new MessengerRefusedError(`Slack refuses ${method}: ${code}`, { method, code }, { cause });

const secondsOf = (error: webApi.WebAPIPlatformError): number | null => {
  const seconds = error.data.response_metadata?.retryAfter;
  return typeof seconds === 'number' ? seconds * 1000 : null;
};
