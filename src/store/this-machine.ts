import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreDownError } from '../domain/errors.js';
import type { Climbs } from '../intake/ports.js';

/**
 * One deep check of an account at a time on this machine, whatever user, configuration or store each has. Who climbs listens under a name
 * that the kernel gives to one and takes back when that process ends, however it ends. A container with a network of its own is
 * another machine.
 */
export const climbsOnThisMachine: Climbs = {
  begin: async account => {
    const path = pathOf(account);
    const server = (await listen(path)) ?? ((await isLeft(path)) ? await listen(path) : null);
    return server && (() => new Promise<void>(done => server.close(() => done())));
  },
};

const pathOf = (account: string): string => {
  const name = `uccx-doctor-climb-${createHash('sha256').update(account).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
};

/** Null where somebody else has the name. Nobody has a word to say there. */
const listen = (path: string): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer(socket => void socket.on('error', () => {}).destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(new StoreDownError('whether somebody on this machine climbs cannot be told', {}, { cause: error }));
    });
    server.listen({ path, exclusive: true }, () => resolve(server.unref()));
  });

/** Where a name is a file, it outlives a process that was killed, and nobody listens behind it. */
const isLeft = async (path: string): Promise<boolean> => {
  if (!path.startsWith('/')) return false;
  const isThere = await new Promise<boolean>(resolve => {
    const socket = connect(path, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (!isThere) await unlink(path).catch(() => {}); // somebody else was faster
  return !isThere;
};
