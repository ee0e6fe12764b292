import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

/** What is shown of a queue: ids and counts, which are ours, and nothing of what its jobs hold. */
export type ShownQueue = {
  name: string;
  counts: Readonly<Record<string, number>>;
  jobs: readonly {
    id: string;
    state: string;
    attempts: number;
    addedAt: number | null;
    begunAt: number | null;
    endedAt: number | null;
  }[];
};

const HOST = '127.0.0.1';
const FRESH_S = 5;

/** A page about the queues, for this machine alone. It reads; there is nothing on it that could be pressed. */
export const boardListener = (deps: {
  port: number;
  look: () => Promise<readonly ShownQueue[]>;
  now: () => number;
  onError: (error: unknown) => void;
}) => {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    request.resume();
    // A page from elsewhere whose name leads here has another name.
    const name = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (name !== 'localhost' && isIP(name) === 0) return end(response, 403, 'this page answers to localhost only');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return end(response, 405, 'there is nothing to change here');
    const path = request.url?.split('?')[0];
    if (path !== '/' && path !== '/queues.json') return end(response, 404, 'there is / and /queues.json');
    deps.look().then(
      queues => show(response, path, queues),
      error => {
        deps.onError(error);
        end(response, 503, 'Redis does not answer');
      },
    );
  });
  return {
    start: () =>
      new Promise<{ host: string; port: number }>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: deps.port, host: HOST }, () => {
          server.off('error', reject).on('error', deps.onError);
          resolve({ host: HOST, port: (server.address() as AddressInfo).port });
        });
      }),
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function show(response: ServerResponse, path: string, queues: readonly ShownQueue[]): void {
    const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' };
    if (path === '/queues.json') {
      response.writeHead(200, { ...headers, 'content-type': 'application/json; charset=utf-8' });
      return void response.end(JSON.stringify({ schema: 1, queues }));
    }
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
    response.end(pageOf(queues, deps.now(), nonce));
  }
};

const STYLE = `:root{color-scheme:light dark;font:15px/1.4 system-ui,sans-serif}body{margin:1.5rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}caption{text-align:left;font-weight:600}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #8886;vertical-align:top}td.n,th.n{text-align:right}
td.id{font-family:ui-monospace,monospace;overflow-wrap:anywhere}.failed{font-weight:600}`;

const pageOf = (queues: readonly ShownQueue[], now: number, nonce: string): string => {
  const states = Object.keys(queues[0]?.counts ?? {});
  const head = (name: string) => `<th scope="col" class="n">${plain(name)}</th>`;
  const rows = queues.map(
    ({ name, counts }) =>
      `<tr><th scope="row">${plain(name)}</th>${states.map(state => `<td class="n">${counts[state] ?? 0}</td>`).join('')}</tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="${FRESH_S}">
<meta name="viewport" content="width=device-width"><title>uccx-doctor: queues</title><style nonce="${nonce}">${STYLE}</style>
<h1>Queues</h1><p>What lies in Redis at ${new Date(now).toISOString()}; the latest of each state. Nothing can be changed here.</p>
<table><caption>All queues</caption><thead><tr><th scope="col">queue</th>${states.map(head).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
${queues
  .filter(({ jobs }) => jobs.length > 0)
  .map(queue => tableOf(queue, now))
  .join('\n')}
</html>`;
};

const tableOf = ({ name, jobs }: ShownQueue, now: number): string => {
  const rows = jobs.map(
    ({ id, state, attempts, addedAt, begunAt, endedAt }) =>
      `<tr><td class="id">${plain(id)}</td><td class="${state === 'failed' ? 'failed' : ''}">${plain(state)}</td><td class="n">${attempts}</td>` +
      `<td class="n">${span(addedAt, now)}</td><td class="n">${span(addedAt, begunAt)}</td><td class="n">${span(begunAt, endedAt ?? now)}</td></tr>`,
  );
  return `<table><caption>${plain(name)}</caption><thead><tr><th scope="col">job: run, target, probe, site</th><th scope="col">state</th>
<th scope="col" class="n">attempts</th><th scope="col" class="n">laid ago</th><th scope="col" class="n">waited</th><th scope="col" class="n">worked</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
};

const span = (from: number | null, until: number | null): string => {
  if (from === null || until === null) return '–';
  const ms = Math.max(0, until - from);
  return ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
};

/** Whoever writes into Redis could write anything into an id. */
const plain = (text: string): string =>
  text
    .slice(0, 200)
    .replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');

const end = (response: ServerResponse, status: number, says: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${says}\n`);
};
