import type { ConnectorClient, HttpError } from '@microsoft/agents-hosting';
import { type MessengerBusyError, MessengerRefusedError } from '../../../intake/ports.js';
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
    const http = client.httpClient;
    const ask = http.request.bind(http);
    // The library sets no limit of time.
    http.request = config => ask({ ...config, signal: AbortSignal.timeout(LIMIT_MS) });
    try {
      return await call(client);
    } catch (error) {
      throw asPortError(name, error);
    }
  }

  function asPortError(name: string, error: unknown): MessengerBusyError | MessengerRefusedError {
    if (!(error instanceof library.HttpError)) return noAnswer(name, error);
    const { status, response } = error as HttpError;
    return connectorError(name, {
      status,
      code: codeIn(response.data),
      retryAfter: response.headers.get('retry-after'),
    });
  }
};
