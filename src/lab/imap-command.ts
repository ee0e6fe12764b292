import type { Conversation } from './conversation.js';

/** One IMAP command: its tag, its name in capitals, and its arguments without quotes. */
export type ImapCommand = { tag: string; name: string; args: string[] };

/** `MaxCommandSize` as Exchange ships it. */
const MAX_COMMAND_BYTES = 10_240;

/**
 * Reads one command with its literals, synchronizing or not (RFC 9051 section 4.3; LITERAL+ is RFC 7888).
 * `null`: the client has gone. `unreadable`: no tag and name, or larger than Exchange takes.
 */
export const readCommand = async (client: Conversation): Promise<ImapCommand | 'unreadable' | null> => {
  let text = '';
  for (;;) {
    const line = await client.line();
    if (line === null) return null;
    text += line;
    const literal = /\{(\d{1,9})(\+?)\}$/.exec(text);
    if (text.length > MAX_COMMAND_BYTES) return 'unreadable';
    if (!literal) break;
    const size = Number(literal[1]);
    if (size > MAX_COMMAND_BYTES) return 'unreadable';
    if (literal[2] !== '+') await client.say('+ Ready for additional command text.\r\n');
    const bytes = await client.bytes(size);
    if (bytes === null) return null;
    text = text.slice(0, literal.index) + quoted(bytes);
  }
  const [tag, name, ...args] = words(text);
  return tag && name ? { tag, name: name.toUpperCase(), args } : 'unreadable';
};

/** A literal becomes a quoted string, so that one tokenizer reads both. */
const quoted = (bytes: string): string => `"${bytes.replaceAll(/["\\]/g, '\\$&')}"`;

/** Splits at blanks; a quoted string is one word. Bytes become text here: names and passwords are UTF-8. */
const words = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|[^\s"]+/g)].map(([whole, inner]) =>
    Buffer.from(inner === undefined ? whole : inner.replaceAll(/\\([\s\S])/g, '$1'), 'latin1').toString('utf8'),
  );
