import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

export type Envelope = {
  type: 'events_api' | 'slash_commands' | 'interactive';
  payload: object;
  retryNum?: number;
  retryReason?: string;
};

/** Slack's side of Socket Mode: tickets, hello, envelopes with acknowledgements, and being told to reconnect. */
export const slackSockets = (changed: () => void) => {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const live = new Set<WebSocket>();
  const acks = new Map<string, (body: unknown) => void>();
  let turn = 0;

  return {
    /** The path with the ticket that apps.connections.open hands out; good for one connection. */
    ticket: (): string => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `/socket?ticket=${ticket}`;
    },
    attach: (http: Server): void => {
      http.on('upgrade', (request: IncomingMessage, socket, head) => {
        const ticket = new URL(request.url ?? '/', 'http://lab').searchParams.get('ticket') ?? '';
        if (!tickets.delete(ticket)) return socket.destroy();
        server.handleUpgrade(request, socket, head, connection => welcome(connection));
      });
    },
    count: (): number => live.size,
    /** Sends to one connection, the next in turn, and resolves with the acknowledgement. */
    send: ({ type, payload, retryNum, retryReason }: Envelope, envelope: string = randomUUID()): Promise<unknown> => {
      const all = [...live];
      const connection = all[turn++ % all.length];
      if (!connection) return Promise.reject(new Error('the lab has no socket to deliver over'));
      return new Promise((resolve, reject) => {
        acks.set(envelope, resolve);
        connection.once('close', () => reject(new Error('the socket closed before the acknowledgement')));
        connection.send(
          JSON.stringify({
            envelope_id: envelope,
            type,
            payload,
            accepts_response_payload: type === 'slash_commands',
            ...(retryNum === undefined ? {} : { retry_attempt: retryNum, retry_reason: retryReason ?? 'timeout' }),
          }),
        );
      });
    },
    /** `refresh`: asks the client to reconnect, as Slack does every few hours; `drop`: cuts without a word. */
    disconnect: (how: 'refresh' | 'drop'): void => {
      for (const connection of [...live]) {
        live.delete(connection); // nothing more is delivered there
        if (how === 'drop') connection.terminate();
        else connection.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      }
    },
    stop: (): void => {
      for (const connection of server.clients) connection.terminate();
      server.close();
    },
  };

  function welcome(connection: WebSocket): void {
    live.add(connection);
    for (const end of ['close', 'error'])
      connection.on(end, () => {
        live.delete(connection);
        changed();
      });
    connection.on('message', data => {
      const { envelope_id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload?: unknown };
      acks.get(envelope_id)?.(payload);
      acks.delete(envelope_id);
    });
    connection.send(JSON.stringify({ type: 'hello', num_connections: live.size }));
    changed();
  }
};
export type SlackSockets = ReturnType<typeof slackSockets>;
