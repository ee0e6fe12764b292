import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { ClaimsIdentity, type ConnectorClient, type ServiceClientCredentialsFactory } from 'botframework-connector';
import { askJson } from '../ask-json.js';
import { codeIn, connectorError, mustBeAnswerable, noAnswer } from '../connector-error.js';
import type { EngineDeps } from '../engine-deps.js';
import type { TokenSource } from '../outbound-token.js';

type Options = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
type HttpClient = NonNullable<Options['httpClient']>;

const LIMIT_MS = 5_000;

/**
 * The library's way to the connector with three parts of our own: where the token comes from, which hosts may see it, and the exchange
 * itself. The library would try again by itself and sleep as long as it is asked to, without a limit; our queue does the waiting.
 */
export const connector = (deps: EngineDeps & { tokens: TokenSource }) => {
  const { appId, tenant, authority, tokens } = deps;
  const audience = authority.scope.replace(/\/\.default$/, '');
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      ToChannelFromBotLoginUrl: `${authority.loginUrl}/${tenant}`,
      ToChannelFromBotOAuthScope: audience,
      ToBotFromChannelTokenIssuer: authority.issuer,
      ToBotFromChannelOpenIdMetadataUrl: authority.openIdUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: authority.openIdUrl,
      OAuthUrl: audience,
      CallerId: 'urn:botframework:azure',
      ValidateAuthority: 'true',
    },
    credentials(),
    { requiredEndorsements: [] },
    undefined,
    { httpClient: exchange() },
  );
  const identity = new ClaimsIdentity(
    [
      { type: 'aud', value: appId },
      { type: 'appid', value: appId },
    ],
    true,
  );
  const connectorFactory = authentication.createConnectorFactory(identity);
  const clients = new Map<string, Promise<ConnectorClient>>();

  return {
    authentication,
    /** What a turn is run with, its sender being proven. */
    proven: { audience, claimsIdentity: identity, connectorFactory },
    /** The connector at that address. A handle comes out of a shared store, so where it points is looked at first. */
    at: (serviceUrl: string): Promise<ConnectorClient> => {
      mustBeAnswerable('the connector', serviceUrl, deps);
      const client = clients.get(serviceUrl) ?? connectorFactory.create(serviceUrl, audience);
      clients.set(serviceUrl, client);
      return client;
    },
  };

  function credentials(): ServiceClientCredentialsFactory {
    return {
      isValidAppId: async id => id === appId,
      isAuthenticationDisabled: async () => false,
      createCredentials: async () => ({
        signRequest: async request => {
          request.headers.set('authorization', `Bearer ${await tokens.token()}`);
          return request;
        },
      }),
    };
  }

  function exchange(): HttpClient {
    return {
      sendRequest: async request => {
        const { method, url } = request;
        const call = nameOf(method, url);
        const go = () =>
          askJson(url, {
            limitMs: LIMIT_MS,
            method,
            headers: request.headers.rawHeaders(),
            ...(typeof request.body === 'string' ? { body: request.body } : {}),
          }).catch(cause => {
            throw noAnswer(call, cause);
          });
        let answer = await go();
        if (answer.status === 401) {
          // A token can be withdrawn before it ends: once more with a new one, and then it is a refusal.
          tokens.forget(request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '');
          request.headers.set('authorization', `Bearer ${await tokens.token()}`);
          answer = await go();
        }
        const { status, json } = answer;
        if (status < 200 || status > 299)
          throw connectorError(call, { status, code: codeIn(json), retryAfter: answer.headers.get('retry-after') });
        const headers = request.headers.clone();
        for (const name of headers.headerNames()) headers.remove(name);
        headers.set('content-type', 'application/json');
        return { request, status, headers, bodyAsText: JSON.stringify(json ?? {}) };
      },
    };
  }
};

const nameOf = (method: string, url: string): string => {
  if (method === 'GET') return 'member';
  if (method === 'PUT') return 'update';
  return new URL(url).pathname.endsWith('/conversations') ? 'direct' : 'send';
};
