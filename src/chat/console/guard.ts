import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';
import { ConfigError } from '../../domain/errors.js';

export type Refusal = { status: number; says: string };

/** The address to listen on. Throws unless it is one of this machine alone: a token over plain HTTP is good for nothing further away. */
export const loopbackOf = (host: string): string => {
  if (host === 'localhost') return '127.0.0.1'; // not looked up: a name server must have no say in it
  if (host === '::1' || (isIPv4(host) && host.startsWith('127.'))) return host;
  throw new ConfigError('the console listens on a loopback address only: expected 127.0.0.1, ::1 or localhost', {
    host,
  });
};

export const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Is this request made to us by our own page or by a program of this user?
 * A foreign name in `Host` is DNS rebinding: somebody's web page whose name now points at this machine.
 * A foreign `Origin` is somebody's page that calls us by our right name.
 */
export const refuseForeign = (
  { headers }: IncomingMessage,
  { host, port }: { host: string; port: number },
): Refusal | null => {
  const ours = [hostAndPort(host, port), `localhost:${port}`];
  if (!headers.host || !ours.includes(headers.host.toLowerCase())) {
    return { status: 403, says: `this console answers as ${ours.join(' or ')} only` };
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host.toLowerCase()}`) {
    return { status: 403, says: 'a page from elsewhere may not use this console' };
  }
  return null;
};

/** The token keeps out other users of the same machine, who can reach a loopback port as well as we can. */
export const refuseWithoutToken = ({ headers }: IncomingMessage, token: string): Refusal | null => {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given && timingSafeEqual(digest(given), digest(token))) return null;
  return { status: 401, says: 'expected the token of this console: open the whole address that it printed' };
};

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Nothing runs, loads or is sent but our own two files; scripts cannot make markup out of text at all (Trusted Types). */
export const securityHeaders = (nonce: string | null): OutgoingHttpHeaders => ({
  'content-security-policy': [
    "default-src 'none'",
    ...(nonce
      ? [`script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`, "img-src 'self' data:", "connect-src 'self'"]
      : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});
