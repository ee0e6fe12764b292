import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP port with somebody behind it. `stop` ends the port and every connection that it ever took. */
export type Listener = { readonly port: number; readonly stop: () => Promise<void> };

/** Listens on a free port of `host` and hands each connection to `take`. Errors of a connection end that connection only. */
export const listen = (host: string, take: (socket: Socket) => Promise<void>): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const open = new Set<Socket>();
    const server = createServer({ noDelay: true }, socket => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.on('error', () => {}); // a client that resets is no event of ours; `close` follows
      take(socket).catch(() => socket.destroy()); // one broken session is no reason to end the others
    });
    server.once('error', reject);
    server.listen({ host, port: 0, backlog: 511 }, () => {
      const stop = () =>
        new Promise<void>(done => {
          server.close(() => done());
          for (const socket of open) socket.destroy();
        });
      resolve({ port: (server.address() as AddressInfo).port, stop });
    });
  });
