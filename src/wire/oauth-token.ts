import { z } from 'zod';
import type { OAuth } from '../domain/target.js';
import { mask, quote } from './quote.js';

export type TokenAnswer =
  | { is: 'token'; token: string }
  /** The directory looked at what we sent and said no. */
  | { is: 'refused'; says: string }
  /** Nothing was said about what we sent. */
  | { is: 'no-answer'; says: string };

/** One scope for IMAP and SMTP of Exchange Online, by an application that has rights of its own. */
const SCOPE = 'https://outlook.office365.com/.default';
const MAX_BYTES = 64 * 1024;
const TOKEN_MS = 5000;

/**
 * Asks Entra ID once for an access token by client credentials. Follows no redirect, for the secret is for that address alone.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const fetchToken = async (
  { authority, tenant, clientId }: Pick<OAuth, 'authority' | 'tenant' | 'clientId'>,
  secret: string,
  ms: number = TOKEN_MS,
): Promise<TokenAnswer> => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: SCOPE,
  });
  let status: number;
  let text: string | null;
  try {
    const response = await fetch(new URL(`/${tenant}/oauth2/v2.0/token`, authority), {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(ms),
    });
    status = response.status;
    text = await textOf(response);
  } catch (error) {
    return noAnswer(authority, reasonOf(error));
  }
  if (text === null) return noAnswer(authority, `its answer is larger than ${MAX_BYTES} bytes`);
  const answer = readAnswer(text);
  if (status === 200 && answer.access_token) return { is: 'token', token: answer.access_token };
  if (status >= 400 && status < 500 && status !== 429 && answer.error) {
    return { is: 'refused', says: refusalText(answer, secret) };
  }
  return noAnswer(
    authority,
    status >= 300 && status < 400 ? 'it sends to another address' : `HTTP ${status} and no token`,
  );
};

const noAnswer = (authority: string, why: string): TokenAnswer => ({
  is: 'no-answer',
  says: `${new URL(authority).host} gave no token: ${why}`,
});

const textOf = async (response: Response): Promise<string | null> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is still to come.
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MAX_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** A bearer token as RFC 6750 has it; anything else could break out of the line that carries it. */
const Answer = z.object({
  access_token: z
    .string()
    .regex(/^[\w.~+/-]+=*$/)
    .max(16_000)
    .optional(),
  error: z.string().max(200).optional(),
  error_description: z.string().optional(),
});
const readAnswer = (text: string): z.infer<typeof Answer> => {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return {}; // The status is all that can be told of it.
  }
};

const refusalText = ({ error = '', error_description = '' }: z.infer<typeof Answer>, secret: string): string => {
  const code = /\bAADSTS\d{4,9}\b/.exec(error_description)?.[0];
  const told = quote(mask(`${code ?? ''} ${error}`.trim(), [secret]), 100);
  const means = MEANS[code ?? ''] ?? quote(mask(error_description, [secret]), 160);
  return `Entra ID gave no token: ${told}${means === '' ? '' : `: ${means}`}`;
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const MEANS: Readonly<Record<string, string>> = {
  AADSTS7000215: 'the client secret is wrong; expected its value, not its id',
  AADSTS7000222: 'the client secret has expired',
  AADSTS700016: 'the tenant has no application of this clientId',
  AADSTS7000112: 'the application is disabled',
  AADSTS90002: 'there is no such tenant',
  AADSTS900023: 'the tenant is neither an id nor a verified domain',
  AADSTS500011: 'Exchange Online has no service principal in this tenant',
  AADSTS53003: 'a Conditional Access policy blocks it',
};

const reasonOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
};
