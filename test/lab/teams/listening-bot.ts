import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Heard = { activity: Record<string, unknown>; raw: string; authorization: string | undefined };

/** A bot that hears everything, checks nothing, and answers as told. */
export const listeningBot = async () => {
  const heard: Heard[] = [];
  let answer: { status: number; body?: unknown } | 'nothing' = { status: 200 };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const raw = String(Buffer.concat(parts));
    heard.push({ raw, activity: asActivity(raw), authorization: request.headers.authorization });
    if (answer === 'nothing') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    heard,
    answer: (next: typeof answer): void => {
      answer = next;
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};
export type ListeningBot = Awaited<ReturnType<typeof listeningBot>>;

const asActivity = (raw: string): Record<string, unknown> => {
  try {
    return JSON.parse(raw);
  } catch {
    return {};
  }
};
