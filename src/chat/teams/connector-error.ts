import { MessengerBusyError, MessengerRefusedError } from '../../intake/ports.js';
import { whyNobody } from './ask-json.js';
import { isServiceUrl } from './authority.js';
import type { EngineDeps } from './engine-deps.js';

/**
 * What a call to the connector failed with, in the terms of our port; both engines judge by it.
 * Worth another try: 412, 429, 502, 504 (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit) and every other 5xx.
 */
export const connectorError = (
  call: string,
  seen: { status: number; code?: string | undefined; retryAfter?: string | null | undefined },
  cause?: unknown,
): MessengerBusyError | MessengerRefusedError => {
  const { status } = seen;
  const code = /^[\w.-]{1,80}$/.test(seen.code ?? '') ? String(seen.code) : `http_${status}`;
  const facts = { call, status, code };
  if (status === 408 || status === 412 || status === 429 || status >= 500)
    return new MessengerBusyError(`Teams answered ${status}`, waitMs(seen.retryAfter), facts, {
      cause,
      untaken: status === 412 || status === 429,
    });
  return new MessengerRefusedError(`Teams refuses ${call}: ${status} ${code}`, facts, { cause });
};

/** Nobody answered, or not in time. Whether the call was carried out is not known. */
export const noAnswer = (call: string, cause: unknown): MessengerBusyError => {
  const { code, says } = whyNobody(cause);
  return new MessengerBusyError(`Teams did not answer: ${says}`, null, { call, code }, { cause });
};

/** The connector names its reasons as `{ error: { code, message } }`. */
export const codeIn = (body: unknown): string | undefined => {
  const code = (body as { error?: { code?: unknown } } | null)?.error?.code;
  return typeof code === 'string' ? code : undefined;
};

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
const waitMs = (retryAfter: string | null | undefined): number | null => {
  const text = retryAfter?.trim() ?? '';
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
};

/** Before our token is shown to an address that has lain in a store since it was checked. Throws `MessengerRefusedError`. */
export const mustBeAnswerable = (
  call: string,
  serviceUrl: string,
  { authority }: Pick<EngineDeps, 'authority'>,
): void => {
  if (isServiceUrl(serviceUrl, authority.serviceHosts)) return;
  throw new MessengerRefusedError('the service URL is not one of the configured cloud', {
    call,
    status: 0,
    code: 'foreign_service_url',
  });
};
