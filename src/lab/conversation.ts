import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type SecureContext, TLSSocket } from 'node:tls';

/** A client that sends this much without a line end is cut off. */
const MAX_PENDING_BYTES = 64 * 1024;

/** A client that does not end its half after ours is cut off. */
const LINGER_MS = 2000;

/** One accepted connection as a server sees it: lines come in, text goes out, TLS may begin in between. */
export type Conversation = {
  readonly address: string;
  readonly encrypted: () => boolean;
  readonly over: () => boolean;
  /** The next line without its end, one character a byte; null when the client has gone. */
  readonly line: () => Promise<string | null>;
  /** The next `count` bytes, one character a byte; null when the client has gone. */
  readonly bytes: (count: number) => Promise<string | null>;
  /** Sends lines that already carry their ends, after the server's usual delay. */
  readonly say: (text: string) => Promise<void>;
  /** Answers the client's TLS handshake; false when it fails. What was sent in the clear before it is forgotten. */
  readonly secure: (context: SecureContext) => Promise<boolean>;
  /** Calls `then` after `ms` without a byte in either direction; replaces the limit before. */
  readonly whenIdle: (ms: number, then: () => void) => void;
  readonly whenOver: (then: () => void) => void;
  /** Says what is left to say and ends. */
  readonly end: () => void;
  /** The bare stream, for answers that follow no protocol. */
  readonly raw: () => Socket;
};

/** @param slowMs how long the server thinks before it says anything */
export const converse = (accepted: Socket, slowMs = 0): Conversation => {
  let socket = accepted;
  let encrypted = false;
  let pending = '';
  let over = false;
  let wake = () => {};
  let idle: { ms: number; then: () => void } | null = null;
  const endings: (() => void)[] = [];

  const finish = () => {
    if (over) return;
    over = true;
    wake();
    for (const ending of endings) ending();
  };
  const hear = (chunk: Buffer) => {
    pending += chunk.toString('latin1');
    if (pending.length > MAX_PENDING_BYTES) socket.destroy();
    wake();
  };
  const attach = () => {
    socket.on('data', hear).on('error', () => {}); // what goes wrong ends in `close`
    socket.once('end', finish).once('close', finish);
    if (idle) socket.setTimeout(idle.ms, idle.then);
  };
  /** Waits until `find` finds something in what was heard. */
  const until = async (find: () => string | null): Promise<string | null> => {
    for (;;) {
      const found = find();
      if (found !== null || over) return found;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  const take = (count: number, skip = 0): string => {
    const taken = pending.slice(0, count);
    pending = pending.slice(count + skip);
    return taken;
  };
  attach();

  return {
    address: accepted.remoteAddress ?? '',
    encrypted: () => encrypted,
    over: () => over,
    line: () =>
      until(() => {
        const end = pending.indexOf('\n');
        return end < 0 ? null : take(end, 1).replace(/\r$/, '');
      }),
    bytes: count => until(() => (pending.length < count ? null : take(count))),
    say: async text => {
      if (slowMs > 0) await wait(slowMs);
      if (!over && socket.writable) socket.write(text);
    },
    secure: context =>
      new Promise(resolve => {
        const plain = socket;
        plain.off('data', hear).off('end', finish).off('close', finish);
        plain.setTimeout(0);
        pending = '';
        const secured = new TLSSocket(plain, { isServer: true, secureContext: context });
        socket = secured;
        attach();
        secured.once('secure', () => {
          encrypted = true;
          resolve(true);
        });
        secured.once('close', () => resolve(false));
      }),
    whenIdle: (ms, then) => {
      if (idle) socket.off('timeout', idle.then);
      idle = { ms, then };
      socket.setTimeout(ms, then);
    },
    whenOver: then => {
      if (over) then();
      else endings.push(then);
    },
    end: () => {
      const ending = socket;
      ending.end();
      setTimeout(() => ending.destroy(), LINGER_MS).unref();
    },
    raw: () => socket,
  };
};
