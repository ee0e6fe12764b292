import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import { ConfigError } from '../domain/errors.js';
import { whyText } from '../domain/why-text.js';

export type RedisTls = {
  /** PEM file of the authority that signed the server's certificate, where the system does not know it. */
  caFile?: string;
  /** PEM files of our own certificate, where the server asks for one. */
  certFile?: string;
  keyFile?: string;
  /** The name that the certificate must carry, where it is not the host of the URL. */
  serverName?: string;
};

const FORMS =
  'expected redis://, rediss://, redis+unix:///path, redis+sentinel://host,host/name or redis+cluster://host,host (rediss+sentinel://, rediss+cluster:// with TLS)';

/**
 * `redis://user:password@host:6379/0`, `rediss://…` with TLS, `redis+unix:///path?db=0` or `unix:/path`,
 * `redis+sentinel://user:password@host1:26379,host2/mymaster?db=0` (its `sentinelUser` and `sentinelPassword` for the Sentinels
 * themselves). Special characters of a password are percent-encoded. No message repeats any part of the URL: it holds a password.
 */
export const parseRedisUrl = (url: string, tls: RedisTls = {}): RedisOptions => {
  const match = /^([a-z+]+):(?:\/\/(?:([^/]*)@)?([^/?]*))?(\/[^?]*)?(?:\?(.*))?$/i.exec(url.trim());
  const [, scheme = '', credentials = '', authority = '', path = '', query = ''] = match ?? [];
  const parameters = new URLSearchParams(query);
  const login = loginOf(credentials);
  switch (scheme.toLowerCase()) {
    case 'redis':
    case 'rediss': {
      const { host, port } = hostOf(authority, 6379);
      const db = dbOf(parameters.get('db') ?? (path.slice(1) || '0'));
      return { host, port, db, ...login, ...(scheme.toLowerCase() === 'rediss' ? { tls: tlsOf(tls, host) } : {}) };
    }
    case 'unix':
    case 'redis+unix': {
      if (authority !== '' || path.length < 2) throw wrong('expected redis+unix:///path/of/the/socket');
      return { path: decoded(path), db: dbOf(parameters.get('db') ?? '0'), ...login };
    }
    case 'redis+sentinel':
    case 'rediss+sentinel': {
      const [, name = '', db = '0'] = path.split('/');
      if (name === '') throw wrong('expected the name of the master after the Sentinels, as in …host2/mymaster');
      const sentinels = authority.split(',').map(part => hostOf(part, 26379));
      const [sentinelUsername, sentinelPassword] = [parameters.get('sentinelUser'), parameters.get('sentinelPassword')];
      return {
        sentinels,
        name: decoded(name),
        db: dbOf(parameters.get('db') ?? db),
        ...login,
        ...(sentinelUsername ? { sentinelUsername } : {}),
        ...(sentinelPassword ? { sentinelPassword } : {}),
        ...(scheme.toLowerCase() === 'rediss+sentinel'
          ? { tls: tlsOf(tls, ''), sentinelTLS: tlsOf(tls, ''), enableTLSForSentinelMode: true }
          : {}),
      };
    }
    default:
      throw wrong(FORMS);
  }
};

export type ClusterPlace = { nodes: { host: string; port: number }[]; options: RedisOptions };

/** `redis+cluster://user:password@host1:6379,host2` names some of the nodes of a cluster; null where a URL is of another kind. */
export const clusterOf = (url: string, tls: RedisTls = {}): ClusterPlace | null => {
  const match = /^redis(s)?\+cluster:\/\/(?:([^/]*)@)?([^/?]*)\/?$/i.exec(url.trim());
  if (!match) return null;
  const [, secure, credentials = '', authority = ''] = match;
  const nodes = authority.split(',').map(part => hostOf(part, 6379));
  return { nodes, options: { ...loginOf(credentials), ...(secure ? { tls: tlsOf(tls, '') } : {}) } };
};

/** Where such options lead, for people and logs: without user and password. */
export const placeOf = ({ path, sentinels, name, host, port, tls }: RedisOptions): string => {
  if (path) return `unix socket ${path}`;
  if (sentinels) return `${name} of the Sentinels ${sentinels.map(each => `${each.host}:${each.port}`).join(', ')}`;
  return `${host}:${port}${tls ? ' (TLS)' : ''}`;
};

const wrong = (says: string): ConfigError => new ConfigError(`the Redis URL cannot be used: ${says}`);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('a percent sign must be written %25'); // the reason of URIError would repeat the text
  }
};

const loginOf = (credentials: string): { username?: string; password?: string } => {
  if (credentials === '') return {};
  const colon = credentials.indexOf(':');
  if (colon < 0) throw wrong('expected user:password or :password before the @');
  const [username, password] = [decoded(credentials.slice(0, colon)), decoded(credentials.slice(colon + 1))];
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) };
};

const hostOf = (authority: string, usualPort: number): { host: string; port: number } => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(authority);
  const port = Number(match?.[3] ?? usualPort);
  const host = match?.[1] ?? match?.[2];
  if (!host || port < 1 || port > 65535)
    throw wrong('expected a host name or address and a port, as in redis.example.org:6379');
  return { host, port };
};

const dbOf = (text: string): number => {
  if (!/^\d{1,4}$/.test(text)) throw wrong('expected a database number, as in …:6379/0');
  return Number(text);
};

/** Sentinels name masters by address, which no certificate carries: there the name must be given, or the certificate hold the address. */
const tlsOf = ({ caFile, certFile, keyFile, serverName }: RedisTls, host: string): ConnectionOptions => {
  const name = serverName ?? (isIP(host) ? '' : host);
  return {
    ...(name ? { servername: name } : {}),
    ...(caFile ? { ca: pem('CA', caFile) } : {}),
    ...(certFile ? { cert: pem('certificate', certFile) } : {}),
    ...(keyFile ? { key: pem('key', keyFile) } : {}),
  };
};

const pem = (what: string, file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(
      `the ${what} file for Redis, ${file}, cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`,
      { file },
    );
  }
};
