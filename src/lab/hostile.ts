import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { ImapHandler } from './imap-session.js';

/** Peers that mean harm, or are badly broken: each goes on until the client has had enough. */
export type Hostile = (socket: Socket) => Promise<void>;

/** What one hostile connection may send before it ends by itself, so that a careless client does not fill the machine. */
const MAX_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** A greeting that begins well and has no end. */
export const endlessLine: Hostile = socket => pour(socket, '* OK ', () => Buffer.alloc(CHUNK_BYTES, 'A'));

/** Bytes of no protocol, control characters and terminal escapes among them. */
export const binaryNoise: Hostile = socket => pour(socket, '\x1b[2J\x1b]0;noise\x07', () => randomBytes(CHUNK_BYTES));

/** The right greeting at a byte a second: each byte proves that the peer is alive, none helps. */
export const drip =
  (text: string, everyMs = 1000): Hostile =>
  async socket => {
    let at = 0;
    const timer = setInterval(() => {
      const byte = text[at];
      at += 1;
      if (byte === undefined) socket.destroy();
      else socket.write(byte);
    }, everyMs);
    socket.resume().once('close', () => clearInterval(timer));
  };

/** Takes the connection and says nothing, ever. */
export const mute: Hostile = async socket => {
  socket.resume();
};

/** What would ring a whole channel, lead people astray or paint over the message, if anybody took it for more than words. */
export const SLY_WORDS =
  '<!channel> <!here> @here @everyone <@U0OP> <https://evil.test/login|sign in> https://evil.test ' +
  '*bold* _slanted_ ~gone~ `code` ```block``` &lt;!everyone&gt; [a](http://evil.test) <b>x</b> ' +
  '\u202egnp.exe\u202c z\u200bw \x1b[31mred\x07';

/** Says one line and hangs up. */
export const lastWords =
  (line: string): Hostile =>
  async socket => {
    socket.resume().end(`${line}\r\n`);
  };

/** Answers CAPABILITY with megabytes of it, in lines of a lawful length. */
export const floodOfCapability: ImapHandler = async ({ client }, command) => {
  const line = `* CAPABILITY IMAP4 IMAP4rev1 ${Array.from({ length: 400 }, (_, at) => `X-FLOOD-${at}`).join(' ')}\r\n`;
  const lines = Buffer.from(line.repeat(Math.ceil(CHUNK_BYTES / line.length)));
  await pour(client.raw(), '* CAPABILITY IMAP4 IMAP4rev1\r\n', () => lines, { end: false });
  await client.say(`${command.tag} OK CAPABILITY completed.\r\n`);
};

/** Sends as fast as the client reads; a client that has had enough ends it. */
const pour = async (socket: Socket, first: string, next: () => Buffer, { end = true } = {}) => {
  socket.resume();
  const chunks = function* () {
    yield Buffer.from(first, 'latin1');
    for (let sent = 0; sent < MAX_BYTES; sent += CHUNK_BYTES) yield next();
  };
  await pipeline(chunks, socket, { end }).catch(() => {}); // it hung up, which is the right thing to do
};
