import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** A raw line client: what the lab says is read byte for byte, with nothing in between that forgives. */
export type Dialled = {
  /** The next line with nothing cut but its CRLF; null once the server has ended. */
  line: () => Promise<string | null>;
  /** Lines up to the first that begins with `start`, that one included. */
  until: (start: string) => Promise<string[]>;
  send: (text: string) => void;
  /** Sends an IMAP command and gives back everything up to its tagged answer. */
  command: (text: string) => Promise<string[]>;
  startTls: (options: ConnectionOptions) => Promise<string | null>;
  /** Everything until the server ends. */
  rest: () => Promise<string>;
  close: () => void;
};

export const dial = async (port: number, options: { localAddress?: string } = {}): Promise<Dialled> => {
  let socket: Socket = connect({ host: '127.0.0.1', port, ...options });
  await once(socket, 'connect');
  let heard = '';
  let over = false;
  let wake = () => {};
  const attach = () => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      wake();
    });
    socket.on('error', () => {});
    for (const end of ['end', 'close'] as const) {
      socket.on(end, () => {
        over = true;
        wake();
      });
    }
  };
  attach();
  const pause = () =>
    new Promise<void>(resolve => {
      wake = resolve;
    });
  const line = async () => {
    while (!heard.includes('\r\n') && !over) await pause();
    const at = heard.indexOf('\r\n');
    if (at < 0) return null;
    const found = heard.slice(0, at);
    heard = heard.slice(at + 2);
    return found;
  };
  const until = async (start: string) => {
    const lines: string[] = [];
    for (;;) {
      const next = await line();
      if (next === null) return lines;
      lines.push(next);
      if (next.startsWith(start)) return lines;
    }
  };
  return {
    line,
    until,
    send: text => socket.write(text),
    command: text => {
      socket.write(`${text}\r\n`);
      return until(text.split(' ', 1)[0] ?? '');
    },
    startTls: async tls => {
      socket.removeAllListeners();
      const secured = connectTls({ ...tls, socket });
      socket = secured;
      attach();
      await Promise.race([once(secured, 'secureConnect'), once(secured, 'close')]);
      return secured.getProtocol();
    },
    rest: async () => {
      while (!over) await pause();
      return heard;
    },
    close: () => socket.destroy(),
  };
};
