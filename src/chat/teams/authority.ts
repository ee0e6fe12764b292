/** Where one Microsoft cloud hands out tokens, which keys it signs with, and which hosts may be answered. */
export type Authority = {
  /** Entra ID: `https://login.microsoftonline.com`. The tenant is added. */
  loginUrl: string;
  /** What describes the signing keys: `https://login.botframework.com/v1/.well-known/openidconfiguration`. */
  openIdUrl: string;
  /** Who signs what reaches us: `https://api.botframework.com`. */
  issuer: string;
  /** What our own token is for: `https://api.botframework.com/.default`. */
  scope: string;
  /** `smba.trafficmanager.net`, `*.teams.microsoft.us`, or `127.0.0.1:3978` for a lab: nothing is sent to any other host. */
  serviceHosts: readonly string[];
};

/** Whether our words and our token may go to that address: a host of the cloud, over TLS, or a named port of this very machine. */
export const isServiceUrl = (address: string, hosts: readonly string[]): boolean => {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url) return false;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return false;
  const { host } = url;
  return hosts.some(each => (each.startsWith('*.') ? host.endsWith(each.slice(1)) : host === each));
};

const isLoopback = (hostname: string): boolean => /^(?:127(?:\.\d{1,3}){3}|localhost|\[?::1\]?)$/.test(hostname);
