import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from './log.js';

/** Answers what is posted to one path; the body has been read whole. */
export type Door = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export type HttpFront = {
  /** Everybody who must be reachable shares the one listener: each has a path of its own. */
  mount: (path: string, door: Door) => void;
  /** From then on the path says that nobody is there now, so that whoever knocks knows that nothing was taken. */
  unmount: (path: string) => void;
  start: () => Promise<{ host: string; port: number }>;
  /** Lets requests that are under way finish, for two seconds. */
  stop: () => Promise<void>;
};

/** Slack's and Teams' requests are some kilobytes; nothing larger is worth reading. */
export const MAX_BODY_BYTES = 256 * 1024;
/** A request is a few packets from a data centre. Who needs longer is broken or holds the line on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const STOP_MS = 2_000;
/** Who knocks while we are busy waits in the kernel. Node's 511 overflow in a second of stand-still, and then callers wait for seconds. */
const BACKLOG = 4_096;

/** The one listener of the bot: doors by path, `/healthz` and `/readyz`, a cap on size and on patience. TLS is the proxy's in front. */
export const httpFront = (deps: {
  host: string;
  port: number;
  /** Null while all is well, otherwise what is not. */
  ailing: () => string | null;
  /** The same for whoever decides whether to send questions here: also what stands behind us. As `ailing` where not given. */
  unready?: () => Promise<string | null>;
  log: Log;
  limits?: { headersMs: number; requestMs: number };
}): HttpFront => {
  const doors = new Map<string, Door>();
  const closed = new Set<string>();
  const limits = deps.limits ?? { headersMs: HEADERS_MS, requestMs: REQUEST_MS };
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 30_000,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  });
  server.on('request', (request, response) => {
    const path = pathOf(request);
    if (path === '/healthz') return health(response, deps.ailing());
    if (path === '/readyz') {
      Promise.resolve(deps.unready ? deps.unready() : deps.ailing()).then(
        what => health(response, what),
        () => health(response, 'it could not be found out'),
      );
      return;
    }
    const door = doors.get(path);
    if (!door) return end(response, closed.has(path) ? 503 : 404);
    if (request.method !== 'POST') return end(response, 405);
    readBody(request, response, body => door(request, response, body));
  });
  return {
    mount: (path, door) => {
      doors.set(path, door);
      closed.delete(path);
    },
    unmount: path => {
      if (doors.delete(path)) closed.add(path);
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: deps.port, host: deps.host, backlog: BACKLOG }, () => {
          server.off('error', reject);
          server.on('error', error => deps.log.error({ error: error.message }, 'the HTTP listener reports an error'));
          const { address, port } = server.address() as AddressInfo;
          resolve({ host: address, port });
        });
      }),
    stop: () =>
      new Promise(resolve => {
        const cut = setTimeout(() => server.closeAllConnections(), STOP_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};

const readBody = (request: IncomingMessage, response: ServerResponse, done: (body: Buffer) => void): void => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    tooLarge(request, response);
    return;
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) {
      request.removeAllListeners('data').removeAllListeners('end');
      tooLarge(request, response);
    } else parts.push(part);
  });
  request.on('end', () => done(Buffer.concat(parts)));
  request.on('error', () => response.destroy()); // the sender is gone: nobody to answer
};

/** Says so, then hangs up: whoever sends on is not read. */
const tooLarge = (request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(413, { connection: 'close' });
  response.end(() => request.destroy());
};

const health = (response: ServerResponse, ailing: string | null): void => {
  response.writeHead(ailing === null ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${ailing ?? 'ok'}\n`);
};

const end = (response: ServerResponse, status: number): void => {
  response.writeHead(status);
  response.end();
};

const pathOf = (request: IncomingMessage): string => {
  try {
    return new URL(request.url ?? '/', 'http://localhost').pathname;
  } catch {
    return ''; // not a path that anybody listens on
  }
};
