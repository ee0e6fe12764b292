import { BOT_FRAMEWORK } from './inbound.js';

/** The fixed pages of the two identity services; `base` is how the asker called us. */
export const openIdMetadata = (jwksUri: string) => ({
  issuer: BOT_FRAMEWORK,
  authorization_endpoint: 'https://invalid.botframework.com',
  jwks_uri: jwksUri,
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
});

export const entraConfiguration = (base: string, tenant: string) => ({
  token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
  issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
  authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
  end_session_endpoint: `${base}/${tenant}/oauth2/v2.0/logout`,
});

/** What MSAL asks before it trusts a login host that it does not know. */
export const instanceDiscovery = (base: string, tenant: string) => {
  const { host } = new URL(base);
  return {
    tenant_discovery_endpoint: `${base}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
};
