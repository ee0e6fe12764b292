import type { ServerResponse } from 'node:http';
import type { Message, Messages } from './messages.js';
import type { WireMessage } from './wire.js';

const ALIVE_EVERY_MS = 15_000;
/** A reader that takes nothing is let go; it comes back and is brought up to date. */
const MAX_UNREAD_BYTES = 4_000_000;

export type Greeting = { title: string; suggestions: readonly string[] };

/**
 * Keeps one reader up to date by Server-Sent Events until it leaves: `hello`, (`reset`,) what it missed, `ready`, then each
 * post and edit. The id of an event is `epoch.change`; a reader that comes back with it gets only what changed since.
 */
export const streamEvents = (
  response: ServerResponse,
  lastEventId: string | null,
  {
    messages,
    greeting,
    wire,
    signal,
  }: { messages: Messages; greeting: Greeting; wire: (message: Message) => WireMessage; signal: AbortSignal },
): void => {
  const write = (name: string, data: unknown, change: number | null) => {
    const id = change === null ? '' : `id: ${messages.epoch}.${change}\n`;
    response.write(`event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };

  const knows = known(lastEventId, messages);
  write('hello', greeting, null);
  if (knows === null) write('reset', {}, null);
  // What was missed comes in the order of the conversation, which is not that of the changes: only `ready` moves the
  // reader's mark, or a connection lost half-way would skip some.
  for (const message of messages.changedSince(knows ?? 0)) write('message', wire(message), null);
  write('ready', {}, messages.lastChange());

  const stop = messages.listen(message => write('message', wire(message), message.change));
  const alive = setInterval(() => response.write(': alive\n\n'), ALIVE_EVERY_MS);
  alive.unref();
  const end = () => response.end();
  signal.addEventListener('abort', end);
  response.once('close', () => {
    stop();
    clearInterval(alive);
    signal.removeEventListener('abort', end);
  });
};

/** The change that the reader knows, or null where it knows nothing of this process. */
const known = (lastEventId: string | null, { epoch, lastChange }: Messages): number | null => {
  const change = new RegExp(`^${epoch}\\.(\\d{1,12})$`).exec(lastEventId ?? '')?.[1];
  return change !== undefined && Number(change) <= lastChange() ? Number(change) : null;
};
