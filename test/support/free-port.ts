import { createServer } from 'node:net';

/**
 * A port that is free and stays so until the bot listens on it seconds later, and again after its restart: below the range from which
 * the system gives ports to the many connections of other tests (32768 and up on Linux).
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const server = createServer();
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
};
