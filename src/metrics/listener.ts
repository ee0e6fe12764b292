import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

export type Listener = { start: () => Promise<{ host: string; port: number }>; stop: () => Promise<void> };

/** A scrape is one packet there and some back, on the own network. Who needs longer is broken or holds the line on purpose. */
const LIMITS = { headersMs: 5_000, requestMs: 10_000, idleMs: 20_000 };

/**
 * Answers `/metrics`, `/healthz` and `/readyz` to whoever watches over us: a port of its own, so that no proxy in front of the bot leads
 * here unless somebody makes it. Beyond this machine it wants a token.
 */
export const metricsListener = (deps: {
  host: string;
  port: number;
  /** Without one, whoever is on this machine may read. */
  token: string | null;
  text: () => Promise<string>;
  contentType: string;
  /** Null while all is well, otherwise what is not. */
  ailing: () => string | null;
  unready: () => Promise<string | null>;
  onError: (error: unknown) => void;
  limits?: typeof LIMITS;
}): Listener => {
  const { headersMs, requestMs, idleMs } = deps.limits ?? LIMITS;
  const patience = { headersTimeout: headersMs, requestTimeout: requestMs };
  const checks = { connectionsCheckingInterval: Math.min(1_000, headersMs) };
  const server = createServer({ ...patience, ...checks }, (request, response) => {
    answer(request, response).catch(error => {
      deps.onError(error);
      end(response, 500, 'a fault of our own; the log tells more');
    });
  });
  server.setTimeout(idleMs); // who asks and takes nothing of the answer
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: deps.port, host: deps.host }, () => {
          server.off('error', reject).on('error', deps.onError);
          const { address, port } = server.address() as AddressInfo;
          resolve({ host: address, port });
        });
      }),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'GET only');
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return state(response, deps.ailing(), 'ok');
    if (path === '/readyz') return state(response, await deps.unready(), 'ready');
    if (path !== '/metrics') return end(response, 404, 'there is /metrics, /healthz and /readyz');
    if (!mayRead(request, deps.token)) return end(response, 401, 'this wants the token of the configuration');
    const text = await deps.text();
    response.writeHead(200, { 'content-type': deps.contentType, 'cache-control': 'no-store' });
    response.end(text);
  }
};

/** Without a token the name must be one of this machine: a page in its browser has another, wherever that name leads to. */
const mayRead = ({ headers }: IncomingMessage, token: string | null): boolean => {
  if (token !== null) return same(headers.authorization ?? '', `Bearer ${token}`);
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) !== 0;
};

const same = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const state = (response: ServerResponse, ill: string | null, well: string): void =>
  end(response, ill === null ? 200 : 503, ill ?? well);

const end = (response: ServerResponse, status: number, says: string): void => {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${says}\n`);
};
