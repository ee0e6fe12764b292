import { isIPv6 } from 'node:net';
import type { WebEndpoint } from '../domain/target.js';
import { type HttpAnswer, headersNamed } from '../wire/http.js';
import { quote } from '../wire/quote.js';

/** What the Host header says, and addresses begin with. */
export const authorityOf = ({ host, serverName, port }: WebEndpoint): string => {
  const name = serverName ?? host;
  return `${isIPv6(name) ? `[${name}]` : name}${port === 443 ? '' : `:${port}`}`;
};

const isRedirect = ({ status }: HttpAnswer): boolean => status !== null && status >= 300 && status < 400;

const redirectOf = (answer: HttpAnswer, path: string, web: WebEndpoint): URL | null => {
  const [to] = headersNamed(answer, 'location');
  if (to === undefined || !isRedirect(answer)) return null;
  const from = `https://${authorityOf(web)}${path}`;
  return URL.canParse(to, from) ? new URL(to, from) : null;
};

/** A path on the very place that we ask, under either of its names; null for anywhere else. */
export const redirectWithin = (answer: HttpAnswer, path: string, web: WebEndpoint): string | null => {
  const to = redirectOf(answer, path, web);
  if (to?.protocol !== 'https:' || to.username !== '' || to.password !== '') return null;
  const { host, serverName, port } = web;
  const ours = [host, serverName].some(name => name?.toLowerCase() === to.hostname.replace(/^\[(.*)\]$/, '$1'));
  return ours && Number(to.port || 443) === port ? `${to.pathname}${to.search}`.slice(0, MOST_PATH) : null;
};
const MOST_PATH = 2000;

/** Where an answer sends to, as it may be shown: without its query, which may hold anything. */
export const locationOf = (answer: HttpAnswer, path: string, web: WebEndpoint): string | null => {
  const to = redirectOf(answer, path, web);
  if (to) return quote(`${to.origin === 'null' ? to.protocol : to.origin}${to.pathname}`);
  const [raw] = headersNamed(answer, 'location');
  return raw === undefined || !isRedirect(answer) ? null : quote(raw);
};
