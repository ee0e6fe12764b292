import { createServer } from 'node:net';

/** Below the range from which the system gives ports to the many connections of other tests (32768 and up on Linux). */
const FIRST = 15_000;
const LAST = 32_000;
/** Files that run side by side choose from ranges of their own: until somebody listens on a port, nobody else sees that it was chosen. */
const RANGES = 8;
const MANY = Math.floor((LAST - FIRST) / RANGES);
const first = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % RANGES) * MANY;
const given = new Set<number>();

/** A port that is free and stays so until the bot listens on it seconds later, and again after its restart. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = first + Math.floor(Math.random() * MANY);
    if (given.has(port)) continue;
    const server = createServer();
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (!isFree) continue;
    given.add(port);
    return port;
  }
};
