import { execFileSync } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';

const servers: { server: Server; sockets: Set<Socket> }[] = [];
/** To be called once by each file of tests: ends after each test what it started. Files share this module, and hooks belong to a file. */
export const endsServers = (): void => {
  afterEach(async () => {
    for (const { server, sockets } of servers.splice(0)) {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    }
  });
};

export type Hostile = {
  port: number;
  /** What clients sent, all together. */
  heard: () => string;
  /** Connections that are open now. */
  open: () => number;
  /** How many there were. */
  count: () => number;
};

/** A server that does to each of its clients what the test says; it is gone when the test is over. */
export const serve = async (treat: (socket: Socket, nth: number) => void): Promise<Hostile> => {
  const sockets = new Set<Socket>();
  let heard = '';
  let count = 0;
  const server = createServer({ allowHalfOpen: false }, socket => {
    sockets.add(socket);
    count += 1;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', bytes => {
      heard += bytes.toString('latin1');
    });
    treat(socket, count);
  });
  servers.push({ server, sockets });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, heard: () => heard, open: () => sockets.size, count: () => count };
};

/** A server that greets and then answers each line by what `answer` says to it; undefined is silence. */
export const converse = (greeting: string, answer: (line: string, socket: Socket) => string | undefined) =>
  serve(socket => {
    socket.write(greeting);
    let pending = '';
    socket.on('data', bytes => {
      pending += bytes.toString('latin1');
      for (let at = pending.indexOf('\r\n'); at >= 0; at = pending.indexOf('\r\n')) {
        const said = answer(pending.slice(0, at), socket);
        pending = pending.slice(at + 2);
        if (said !== undefined && socket.writable) socket.write(said);
      }
    });
  });

/** A key and a certificate that nobody signed, for servers that a test writes itself. */
export const selfSigned = (): { key: string; cert: string } => {
  const pem = execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-out', '-', '-days', '2', '-subj', '/CN=test'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return { key: pem, cert: pem };
};
