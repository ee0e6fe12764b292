import type { ConnectorClient, HttpClient, HttpRequestConfig, HttpResponse } from '@microsoft/agents-hosting';
import { MessengerBusyError, MessengerRefusedError } from '../../../intake/ports.js';
import { askJson } from '../ask-json.js';
import { codeIn, connectorError, mustBeAnswerable, noAnswer } from '../connector-error.js';
import type { EngineDeps } from '../engine-deps.js';
import type { TokenSource } from '../outbound-token.js';

/** One call to the connector at a service URL, as the bot. What it fails with is in the terms of our port. */
export type Connector = <T>(
  name: string,
  serviceUrl: string,
  call: (client: ConnectorClient) => Promise<T>,
) => Promise<T>;

/** Long enough for a slow minute at Microsoft, short enough that a worker is never parked on it. */
const LIMIT_MS = 5_000;

export const connector = (
  library: typeof import('@microsoft/agents-hosting'),
  deps: EngineDeps & { tokens: TokenSource },
): Connector => {
  const { tokens } = deps;
  return async (name, serviceUrl, call) => {
    mustBeAnswerable(name, serviceUrl, deps);
    const token = await tokens.token();
    try {
      return await once(name, serviceUrl, token, call);
    } catch (error) {
      // The secret may have been renewed since this token was given; a new one is refused for good.
      if (!(error instanceof MessengerRefusedError) || error.facts.status !== 401) throw error;
      tokens.forget(token);
      return once(name, serviceUrl, await tokens.token(), call);
    }
  };

  async function once<T>(
    name: string,
    serviceUrl: string,
    token: string,
    call: (client: ConnectorClient) => Promise<T>,
  ): Promise<T> {
    const client = library.ConnectorClient.createClientWithToken(serviceUrl, token);
    client.httpClient.request = config => exchange(name, client.httpClient, config);
    try {
      return await call(client);
    } catch (error) {
      if (error instanceof MessengerRefusedError || error instanceof MessengerBusyError) throw error;
      throw noAnswer(name, error);
    }
  }

  /** In place of the library's own, which sets no limit of time or size, and goes wherever a redirect sends it. */
  async function exchange<T>(name: string, http: HttpClient, config: HttpRequestConfig): Promise<HttpResponse<T>> {
    const { method, url, headers = {}, data } = config;
    const address = `${http.baseURL.replace(/\/$/, '')}/${url.replace(/^\//, '')}`;
    const answer = await askJson(address, {
      limitMs: LIMIT_MS,
      method: method.toUpperCase(),
      headers: { ...http.defaultHeaders, 'content-type': 'application/json', ...headers },
      ...(data === undefined || data === null ? {} : { body: JSON.stringify(data) }),
    });
    const { status, json } = answer;
    if (status < 200 || status > 299)
      throw connectorError(name, { status, code: codeIn(json), retryAfter: answer.headers.get('retry-after') });
    return { data: (json ?? {}) as T, status, statusText: '', headers: answer.headers, config };
  }
};
