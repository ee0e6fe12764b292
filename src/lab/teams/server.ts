import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Connector } from './connector.js';
import type { Entra } from './entra.js';
import { serviceError, type TeamsFault, type TeamsFaults, type TeamsOperation } from './faults.js';
import type { TeamsFiles } from './files.js';
import type { LabKeys } from './keys.js';
import { type Asked, parse, type Route, routesOf } from './routes.js';

/** One request as it came: no token, no secret. */
export type TeamsCall = { operation: TeamsOperation; path: string; at: number; status: number | null; body: unknown };
/** Everything that Microsoft answers to a bot: login, keys, connector, files; on whatever server it is hung up. */
export const teamsServer = (deps: {
  keys: LabKeys;
  login: Entra;
  connector: Connector;
  files: TeamsFiles;
  faults: TeamsFaults;
  tenant: string;
  hosts: () => readonly string[];
  now: () => number;
  called: (call: TeamsCall) => void;
}) => {
  const routes = routesOf(deps);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { host = '' } = request.headers;
    const base = `${'encrypted' in request.socket ? 'https' : 'http'}://${host}`;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    const bytes = await read(request);
    const found = routes
      .filter(({ method }) => method === request.method)
      .map(route => ({ route, match: route.path.exec(pathname.replace(/\/{2,}/g, '/')) }))
      .find(({ match }) => match !== null);
    if (!found?.match) return send(response, { status: 404, body: serviceError(404, 'NotFound', 'no such operation') });
    const { route, match } = found;
    const groups = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
    );
    const call: TeamsCall = { operation: route.operation, path: pathname, at: deps.now(), status: null, body: null };
    if (route.guarded) call.body = parse(bytes) ?? null;
    const fault = deps.faults.take(route.operation);
    const stopped = fault ? await meet(fault, response) : null;
    if (stopped === 'ended') return deps.called(call);
    const answer = stopped ?? (await taken(route, { groups, query: searchParams, bytes, request }, base, host));
    call.status = answer.status;
    deps.called(call);
    if (fault?.is === 'lost') response.socket?.resetAndDestroy();
    else send(response, answer);
  };

  async function taken(route: Route, asked: Asked, base: string, host: string): Promise<Answer> {
    if (!deps.hosts().includes(host))
      return { status: 403, body: serviceError(403, 'InvalidBotApiHost', 'Invalid bot api host.') };
    if (!route.guarded) return route.answer(asked, base);
    if (!(await deps.login.holds(asked.request.headers.authorization)))
      return { status: 401, body: { message: 'Authorization has been denied for this request.' } };
    if (asked.bytes.length > 0 && parse(asked.bytes) === undefined)
      return { status: 400, body: serviceError(400, 'BadSyntax', 'Invalid JSON') };
    return route.answer(asked, base);
  }
};

/** The answer that a fault gives, `ended` if it gave none, or null if the call is still to be answered. */
const meet = async (fault: TeamsFault, response: ServerResponse): Promise<Answer | 'ended' | null> => {
  switch (fault.is) {
    case 'rate-limited': {
      const headers = fault.retryAfterSec === null ? {} : { 'retry-after': String(fault.retryAfterSec) };
      return { status: 429, body: serviceError(429), headers: headers as Record<string, string> };
    }
    case 'status':
      return { status: fault.status, body: serviceError(fault.status, fault.code) };
    case 'elsewhere':
      return { status: 307, body: {}, headers: { location: fault.to } };
    case 'reset':
      response.socket?.resetAndDestroy();
      return 'ended';
    case 'hang':
      return 'ended';
    case 'slow':
      await new Promise(resolve => setTimeout(resolve, fault.ms));
      return null;
    case 'lost':
      return null;
  }
};

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const send = (response: ServerResponse, { status, body, headers = {} }: Answer): void => {
  if (body === undefined) return void response.writeHead(status, headers).end();
  const [type, content] = Buffer.isBuffer(body)
    ? ['application/octet-stream', body]
    : ['application/json; charset=utf-8', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': type, ...headers }).end(content);
};
