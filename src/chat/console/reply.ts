import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Refusal, securityHeaders } from './guard.js';

/** The ways in which a request can be answered, each with every security header. */
export type Reply = {
  file: (type: string, body: (nonce: string) => string) => void;
  json: (status: number, body: unknown) => void;
  /** Names what was expected, and gives up the connection: the rest of a refused body is not worth reading. */
  refuse: (refusal: Refusal, headers?: OutgoingHttpHeaders) => void;
  /** Starts a stream of events; its body is written by whoever asked for it. */
  stream: () => void;
};

export const replyTo = (
  request: IncomingMessage,
  response: ServerResponse,
  onRefusal: (request: IncomingMessage, refusal: Refusal) => void,
): Reply => {
  const nonce = randomBytes(16).toString('base64');
  const head = (status: number, type: string, headers: OutgoingHttpHeaders = {}) =>
    response.writeHead(status, {
      ...securityHeaders(type === 'text/html' ? nonce : null),
      'content-type': `${type}; charset=utf-8`,
      ...headers,
    });
  return {
    file: (type, body) => head(200, type).end(body(nonce)),
    json: (status, body) => head(status, 'application/json').end(JSON.stringify(body)),
    refuse: (refusal, headers = {}) => {
      onRefusal(request, refusal);
      const body = JSON.stringify({ error: refusal.says });
      head(refusal.status, 'application/json', { connection: 'close', ...headers }).end(body);
    },
    stream: () => head(200, 'text/event-stream').flushHeaders(),
  };
};
