import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { BOT_FRAMEWORK } from './inbound.js';
import type { LabKeys } from './keys.js';

type Answer = { status: number; body: unknown };
/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
type Refusal = { status: number; error: string; code: number; says: string };

/**
 * Entra ID for one bot of one tenant: client credentials and managed identity, with the words of its refusals.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const entra = (deps: { keys: LabKeys; appId: string; tenant: string; secret: string; now: () => number }) => {
  const { keys, appId, tenant, secret, now } = deps;
  let lifetimeSec = 86_399;
  let secretExpired = false;
  let generation = 1;

  return { token, imds, holds, expireSecret, revokeTokens, setLifetime };

  /** From now on the secret is too old. */
  function expireSecret(): void {
    secretExpired = true;
  }

  /** Tokens given out so far are no longer taken by the connector. */
  function revokeTokens(): void {
    generation += 1;
  }

  function setLifetime(seconds: number): void {
    lifetimeSec = seconds;
  }

  /** `POST /{tenant}/oauth2/v2.0/token` */
  async function token(asked: string, form: URLSearchParams): Promise<Answer> {
    const refusal = refusalOf(asked, form);
    return refusal ? refuse(refusal) : { status: 200, body: { token_type: 'Bearer', ...(await issued()) } };
  }

  /** The managed identity of an Azure machine: `GET /metadata/identity/oauth2/token` */
  async function imds(query: URLSearchParams, metadata: string | undefined): Promise<Answer> {
    const bad = (says: string) => ({
      status: 400,
      body: { error: 'invalid_request', error_description: says },
    });
    if (metadata?.toLowerCase() !== 'true') return bad('Required metadata header not specified');
    if (query.get('resource')?.replace(/\/$/, '') !== BOT_FRAMEWORK) return bad('Identity not found');
    if ((query.get('client_id') ?? appId) !== appId) return bad('Identity not found');
    const { access_token, expires_in } = await issued();
    const expires_on = String(Math.floor(now() / 1_000) + expires_in);
    return {
      status: 200,
      body: { access_token, expires_in: String(expires_in), expires_on, resource: BOT_FRAMEWORK, token_type: 'Bearer' },
    };
  }

  function refusalOf(asked: string, form: URLSearchParams): Refusal | null {
    const client = form.get('client_id') ?? '';
    const scope = form.get('scope') ?? '';
    const given = form.get('client_secret') ?? '';
    const bad = (code: number, says: string, error = 'invalid_request', status = 400) => ({
      status,
      error,
      code,
      says,
    });
    if (asked.toLowerCase() !== tenant)
      return bad(
        90002,
        `Tenant '${asked}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
      );
    if (form.get('grant_type') !== 'client_credentials')
      return bad(
        70003,
        `The app requested an unsupported grant type '${form.get('grant_type')}'.`,
        'unsupported_grant_type',
      );
    if (client !== appId)
      return bad(
        700016,
        `Application with identifier '${client}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
        'unauthorized_client',
      );
    if (!given)
      return bad(
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        'invalid_client',
        401,
      );
    if (given !== secret)
      return bad(
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client}'.`,
        'invalid_client',
        401,
      );
    if (secretExpired)
      return bad(7000222, `The provided client secret keys for app '${client}' are expired.`, 'invalid_client', 401);
    if (scope.split(' ').includes(`${BOT_FRAMEWORK}/.default`)) return null;
    return bad(
      500011,
      `The resource principal named ${scope.replace(/\/\.default$/, '')} was not found in the tenant named Contoso.`,
      'invalid_resource',
    );
  }

  async function issued(): Promise<{ expires_in: number; ext_expires_in: number; access_token: string }> {
    const nowSec = Math.floor(now() / 1_000);
    const claims = {
      appid: appId,
      appidacr: '1',
      idtyp: 'app',
      tid: tenant,
      ver: '1.0',
      generation,
      uti: randomUUID(),
    };
    const access_token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.entra.kid, x5t: keys.entra.kid })
      .setIssuer(`https://sts.windows.net/${tenant}/`)
      .setAudience(BOT_FRAMEWORK)
      .setIssuedAt(nowSec)
      .setNotBefore(nowSec)
      .setExpirationTime(nowSec + lifetimeSec)
      .sign(keys.entra.privateKey);
    return { expires_in: lifetimeSec, ext_expires_in: lifetimeSec, access_token };
  }

  /** True if the header carries a token of ours for the connector that still holds. */
  async function holds(authorization: string | undefined): Promise<boolean> {
    const given = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (!given) return false;
    try {
      const { payload } = await jwtVerify(given, keys.entra.publicKey, {
        algorithms: ['RS256'],
        audience: BOT_FRAMEWORK,
        issuer: `https://sts.windows.net/${tenant}/`,
        currentDate: new Date(now()),
      });
      return payload.appid === appId && payload.generation === generation;
    } catch {
      return false; // whatever is wrong with it, the connector tells nobody
    }
  }

  function refuse({ status, error, code, says }: Refusal): Answer {
    const [trace_id, correlation_id] = [randomUUID(), randomUUID()];
    const timestamp = `${new Date(now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    const error_description = `AADSTS${code}: ${says} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`;
    const body = { error, error_description, error_codes: [code], timestamp, trace_id, correlation_id };
    return { status, body };
  }
};
export type Entra = ReturnType<typeof entra>;
