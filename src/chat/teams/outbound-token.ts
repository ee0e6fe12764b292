import { z } from 'zod';
import type { Clock } from '../../domain/clock.js';
import { ConfigError } from '../../domain/errors.js';
import { MessengerBusyError, MessengerRefusedError } from '../../intake/ports.js';
import { askJson, type JsonAnswer, whyNobody } from './ask-json.js';
import type { EngineDeps } from './engine-deps.js';

type Token = { value: string; endsMs: number; date: string | null };

/**
 * Our own proof towards the connector; both engines take it from here. The libraries' own way (MSAL) cannot be pointed at anything but
 * Microsoft's hosts, waits without a limit, and hides the code by which a person finds the cause.
 */
export type TokenSource = {
  /** One with some minutes left. Throws `MessengerRefusedError` (facts: Entra's `code`) or `MessengerBusyError`. */
  token: () => Promise<string>;
  /** The connector does not take it: the next one is fetched anew. */
  forget: (value: string) => void;
  /** Fetches one now, whatever is at hand. */
  fetch: () => Promise<Token>;
};

const LIMIT_MS = 5_000;
/** As MSAL does: a token that ends while it travels is refused. */
const SPARE_MS = 5 * 60_000;
/** https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
const METADATA_HOST = 'http://169.254.169.254';

const Given = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

export const tokenSource = (
  deps: Pick<EngineDeps, 'appId' | 'tenant' | 'credential' | 'authority'> & { clock: Clock },
): TokenSource => {
  const { clock } = deps;
  let held: Token | null = null;
  let underWay: Promise<Token> | null = null;
  return {
    fetch,
    token: async () => {
      if (held && held.endsMs - SPARE_MS > clock.now()) return held.value;
      return (await fetch().catch(unreadable)).value;
    },
    forget: value => {
      if (held?.value === value) held = null;
    },
  };

  function fetch(): Promise<Token> {
    underWay ??= load().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function load(): Promise<Token> {
    const { url, ...init } = await requestOf(deps);
    const answer = await askJson(url, { ...init, limitMs: LIMIT_MS }).catch(cause => {
      const { code, says } = whyNobody(cause);
      throw new MessengerBusyError(
        `${new URL(url).host}: ${says}`,
        null,
        { call: 'token', code },
        { cause, untaken: true },
      );
    });
    const given = Given.safeParse(answer.json);
    if (answer.status !== 200 || !given.success) throw refusal(new URL(url).host, answer);
    const { access_token: value, expires_in: seconds } = given.data;
    held = { value, endsMs: clock.now() + seconds * 1000, date: answer.headers.get('date') };
    return held;
  }
};

/** The file of a secret can be away for a moment, while it is renewed. */
const unreadable = (error: unknown): never => {
  if (!(error instanceof ConfigError)) throw error;
  throw new MessengerBusyError(error.message, null, { call: 'token', code: 'secret' }, { cause: error, untaken: true });
};

const requestOf = async ({ appId, tenant, credential, authority }: Parameters<typeof tokenSource>[0]) => {
  if (credential.is === 'managed-identity') {
    const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = credential.env;
    const query = { resource: authority.scope.replace(/\/\.default$/, ''), client_id: appId };
    if (endpoint && header)
      return {
        url: `${endpoint}?${new URLSearchParams({ ...query, 'api-version': '2019-08-01' })}`,
        headers: { 'x-identity-header': header },
      };
    const host = credential.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? METADATA_HOST;
    return {
      url: `${host}/metadata/identity/oauth2/token?${new URLSearchParams({ ...query, 'api-version': '2018-02-01' })}`,
      headers: { metadata: 'true' },
    };
  }
  const form = {
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret: await credential.secret(),
    scope: authority.scope,
  };
  return {
    url: `${authority.loginUrl.replace(/\/$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  };
};

/** Entra names its reasons by number (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes); its sentence may hold ids, so only the number is kept. */
const refusal = (host: string, { status, json, headers }: JsonAnswer): MessengerBusyError | MessengerRefusedError => {
  const body = Refusal.safeParse(json).data;
  const number = body?.error_codes?.[0] ?? /AADSTS(\d{4,9})/.exec(body?.error_description ?? '')?.[1];
  const code = number ? `AADSTS${number}` : (body?.error ?? `http_${status}`);
  const facts = { call: 'token', status, code, date: headers.get('date') };
  return status >= 500 || status === 429 || status === 408
    ? new MessengerBusyError(`${host} answered ${status}`, null, facts, { untaken: true })
    : new MessengerRefusedError(`${host} gives no token: ${code}`, facts);
};
const Refusal = z.object({
  error: z
    .string()
    .regex(/^\w{1,60}$/)
    .optional()
    .catch(undefined),
  error_codes: z.array(z.int()).optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});
