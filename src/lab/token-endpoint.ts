import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEPT_OPEN } from './kept-open.js';

/** The corner of Entra ID that gives access tokens to an application, with its words. */
export type TokenEndpoint = {
  readonly authority: string;
  /** Whether it gave that token. */
  readonly accepts: (token: string) => boolean;
  readonly counts: () => { asked: number; given: number; refused: number };
  readonly stop: () => Promise<void>;
};
type Application = { tenant: string; clientId: string; clientSecret: string };

const SCOPE = 'https://outlook.office365.com/.default';

export const startTokenEndpoint = async (host: string, application: Application): Promise<TokenEndpoint> => {
  const given = new Set<string>();
  const counts = { asked: 0, given: 0, refused: 0 };
  const server = createServer(KEPT_OPEN, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    counts.asked += 1;
    const fault = faultIn(request.url ?? '', new URLSearchParams(body), application);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    if (fault) {
      counts.refused += 1;
      response.statusCode = fault.status;
      response.end(JSON.stringify({ error: fault.error, error_description: fault.says, error_codes: [fault.code] }));
      return;
    }
    const token = `eyJ0eXAiOiJKV1Qi.${randomBytes(24).toString('base64url')}.${randomBytes(12).toString('base64url')}`;
    given.add(token);
    counts.given += 1;
    response.end(JSON.stringify({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token }));
  });
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    authority: `http://${host}:${port}`,
    accepts: token => given.has(token),
    counts: () => ({ ...counts }),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

type Fault = { status: number; error: string; code: number; says: string };
const faultIn = (
  url: string,
  asked: URLSearchParams,
  { tenant, clientId, clientSecret }: Application,
): Fault | null => {
  const trace = 'Trace ID: 00000000-0000-0000-0000-000000000000';
  const fault = (status: number, error: string, code: number, says: string): Fault => ({
    status,
    error,
    code,
    says: `AADSTS${code}: ${says} ${trace}`,
  });
  if (url !== `/${tenant}/oauth2/v2.0/token`)
    return fault(400, 'invalid_request', 90002, 'Tenant not found. Check to make sure you have the correct tenant ID.');
  if (asked.get('client_id') !== clientId)
    return fault(400, 'unauthorized_client', 700016, 'Application was not found in the directory.');
  if (asked.get('client_secret') !== clientSecret) {
    const says =
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.';
    return fault(401, 'invalid_client', 7000215, says);
  }
  if (asked.get('grant_type') !== 'client_credentials' || asked.get('scope') !== SCOPE)
    return fault(400, 'invalid_scope', 70011, 'The provided value for the input parameter scope is not valid.');
  return null;
};
