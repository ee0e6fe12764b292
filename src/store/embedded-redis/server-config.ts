import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ConfigError } from '../../domain/errors.js';

/** Where the child listens: a socket file in a private folder, or a loopback port with a password. */
export type Listen = { on: 'socket'; socketPath: string } | { on: 'port'; port: number; password: string };

/** The kernel holds the path of a unix socket in 108 bytes on Linux, in 104 on macOS, with a closing zero. */
const LONGEST_SOCKET_PATH = 103;

export const chooseListen = async (folder: string): Promise<Listen> => {
  const socketPath = join(folder, 'redis.sock');
  if (Buffer.byteLength(socketPath) <= LONGEST_SOCKET_PATH) return { on: 'socket', socketPath };
  return { on: 'port', port: await freePort(), password: randomBytes(24).toString('base64url') };
};

export const urlOf = (listen: Listen): string =>
  listen.on === 'socket'
    ? `redis+unix://${listen.socketPath.split('/').map(encodeURIComponent).join('/')}`
    : `redis://:${listen.password}@127.0.0.1:${listen.port}`;

/** The settings go into a private file and not onto the command line, where every user of the machine could read the password. */
export const serverConfig = (folder: string, listen: Listen): string =>
  [
    ...(listen.on === 'socket'
      ? ['port 0', `unixsocket ${quoted(listen.socketPath)}`, 'unixsocketperm 600']
      : ['bind 127.0.0.1', `port ${listen.port}`, `requirepass ${listen.password}`]),
    `dir ${quoted(folder)}`,
    'daemonize no',
    // A queue: nothing may be evicted, and what was acknowledged outlives a crash but for the last second.
    'maxmemory-policy noeviction',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    '',
  ].join('\n');

const quoted = (path: string): string => {
  if (/\p{Cc}/u.test(path)) throw new ConfigError('a folder for Redis must not hold control characters', { path });
  return `"${path.replace(/[\\"]/g, '\\$&')}"`;
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
