import { request } from 'node:http';
import { type ConsoleDeps, makeConsole, type RunningConsole } from '../../../src/chat/console/console.js';
import type { WireMessage } from '../../../src/chat/console/wire.js';
import type { Messenger, Question } from '../../../src/intake/ports.js';

export type ConsoleEvent = { event: string; id: string | null; data: unknown };
export type Raw = { status: number; body: string; headers: Record<string, string | string[] | undefined> };

/** A console that listens on a free port, with an intake that does what the test says and keeps what it was asked. */
export const openConsole = async (
  onAsk: (question: Question, messenger: Messenger) => Promise<void> | void = () => {},
  deps: Partial<ConsoleDeps> = {},
) => {
  const questions: Question[] = [];
  const logged: { facts: object; says: string }[] = [];
  const note = (facts: object, says: string) => void logged.push({ facts, says });
  const made = makeConsole({
    clock: { now: () => Date.UTC(2026, 10, 21, 8) },
    log: { info: note, warn: note, error: note },
    asText: view => `TEXT ${view.headline}`,
    ...deps,
  });
  const running: RunningConsole = await made.start(
    {
      ask: async question => {
        questions.push(question);
        await onAsk(question, made.messenger);
        return 'done';
      },
    },
    { host: '127.0.0.1', port: 0 },
  );
  const { origin, port, hash } = new URL(running.url);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const auth = { authorization: `Bearer ${token}` };

  /** Any request at all, also those that `fetch` does not let one make. */
  const raw = (method: string, path: string, headers: Record<string, string>, body = ''): Promise<Raw> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: { ...response.headers } }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const post = (path: string, text: string) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  /** Asks, and gives back the id of the question. */
  const ask = async (text: string): Promise<string> => ((await (await post('/ask', text)).json()) as { id: string }).id;
  const message = async (id: string) =>
    (await (await fetch(`${origin}/messages/${id}`, { headers: auth })).json()) as WireMessage & { answers?: string[] };

  return { ...running, origin, port: Number(port), token, auth, questions, logged, raw, post, ask, message, ...made };
};
export type OpenConsole = Awaited<ReturnType<typeof openConsole>>;

/** Follows the events of a console, from `lastEventId` on; `close` leaves. */
export const followEvents = async ({ origin, auth }: OpenConsole, lastEventId?: string) => {
  const leave = new AbortController();
  const response = await fetch(`${origin}/events`, {
    headers: { ...auth, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: leave.signal,
  });
  const events = parsed(response.body as ReadableStream<Uint8Array>);
  const until = async (isLast: (event: ConsoleEvent) => boolean): Promise<ConsoleEvent[]> => {
    const seen: ConsoleEvent[] = [];
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
      seen.push(value);
      if (isLast(value)) return seen;
    }
  };
  return {
    response,
    until,
    untilReady: () => until(({ event }) => event === 'ready'),
    next: async () => (await until(() => true))[0] as ConsoleEvent,
    hasEnded: async () => (await events.next()).done === true,
    close: () => leave.abort(),
  };
};

async function* parsed(body: ReadableStream<Uint8Array>): AsyncGenerator<ConsoleEvent> {
  let kept = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const pieces = (kept + decoder.decode(chunk, { stream: true })).split('\n\n');
    kept = pieces.pop() ?? '';
    for (const piece of pieces) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(piece)?.[1] ?? null;
      const data = field('data');
      if (data !== null) yield { event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) };
    }
  }
}
