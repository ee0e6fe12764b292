import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { KEPT_OPEN } from '../kept-open.js';
import type { SlackFault, SlackFaults } from './faults.js';
import type { Args, slackMethods } from './methods.js';
import type { ResponseUrls } from './response-urls.js';

export type ApiCall = { method: string; args: Args; at: number };

/** Slack's HTTP side: `/api/<method>`, `/upload/<file>`, `/files-pri/<id>/download`, `/commands/<way back>`. */
export const apiServer = (deps: {
  botToken: string;
  appToken: string;
  api: ReturnType<typeof slackMethods>;
  urls: ResponseUrls;
  faults: SlackFaults;
  now: () => number;
  called: (call: ApiCall) => void;
  /** What people sent, by id. */
  sent: (id: string) => Buffer | null;
}): Server =>
  createServer(KEPT_OPEN, async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://lab');
    const [, root = '', name = ''] = pathname.split('/');
    const body = await read(request);
    const method = root === 'api' ? name : (WAYS[root] ?? 'response_url');
    const args = root === 'api' ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {};
    deps.called({ method, args, at: deps.now() });
    const fault = deps.faults.take(method);
    if (fault && !(await passes(fault, response))) return;
    switch (root) {
      case 'api':
        return json(response, 200, callMethod(name, args, request));
      case 'upload':
        return deps.api.receive(name, fileIn(request, body))
          ? words(response, 200, 'OK')
          : words(response, 400, 'bad upload');
      case 'files-pri': {
        // Whoever has no right to a file is led to a page for people.
        if (request.headers.authorization !== `Bearer ${deps.botToken}`) {
          response.writeHead(302, { location: '/login' });
          return response.end();
        }
        const bytes = deps.sent(name);
        return bytes ? response.writeHead(200).end(bytes) : words(response, 404, 'not found');
      }
      case 'commands': {
        const answer = deps.urls.post(name, parse(body));
        return typeof answer.body === 'string'
          ? words(response, answer.status, answer.body)
          : json(response, answer.status, answer.body);
      }
      default:
        return words(response, 404, 'not found');
    }

    function callMethod(called: string, given: Args, { headers }: IncomingMessage) {
      const token = given.token ?? headers.authorization?.replace(/^Bearer ?/, '') ?? '';
      const expected = called === 'apps.connections.open' ? deps.appToken : deps.botToken;
      if (token === '') return { ok: false, error: 'not_authed' };
      if (token !== expected) return { ok: false, error: 'invalid_auth' };
      return deps.api.methods[called]?.(given) ?? { ok: false, error: 'unknown_method' };
    }
  });

const WAYS: Readonly<Record<string, string>> = { upload: 'upload', 'files-pri': 'download' };

/** True if the call is still to be answered. */
const passes = async (fault: SlackFault, response: ServerResponse): Promise<boolean> => {
  switch (fault.is) {
    case 'rate-limited':
      response.setHeader('retry-after', String(fault.retryAfterSec));
      json(response, 429, { ok: false, error: 'ratelimited' });
      return false;
    case 'status':
      words(response, fault.status, `lab: status ${fault.status}`);
      return false;
    case 'error':
      json(response, 200, { ok: false, error: fault.error });
      return false;
    case 'reset':
      response.socket?.resetAndDestroy();
      return false;
    case 'hang':
      return false;
    case 'slow':
      await new Promise(resolve => setTimeout(resolve, fault.ms));
      return true;
    case 'held':
      await fault.until;
      return true;
  }
};

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const parse = (body: Buffer): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // answered as «no text»
  }
};

/** The SDK sends one part of a form; other clients send the bytes alone. */
const fileIn = ({ headers }: IncomingMessage, body: Buffer): Buffer => {
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1];
  if (!boundary) return body;
  const start = body.indexOf('\r\n\r\n') + 4;
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return body.subarray(start, end);
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
};

const words = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
};
