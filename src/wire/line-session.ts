import { isAscii } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { UccxDoctorError } from '../domain/errors.js';
import type { TranscriptLine } from '../domain/observation.js';
import { onceMore } from '../domain/time-limit.js';
import { alarm } from './countdown.js';
import type { Ending } from './ending.js';
import { decode, isHarmless, MAX_QUOTE, mask, quote } from './quote.js';

/** What a conversation of lines may cost us, whatever the other end sends. */
export const CAPS = { lineBytes: 16_384, bytes: 262_144, lines: 1000 };

/** Why no line comes any more. `partial`: what had come of a line that never ended, as it may be shown. */
type NoLine =
  | { is: 'silent'; partial: string | null }
  | { is: 'closed'; partial: string | null; code: string | null }
  | { is: 'too-much'; partial: string | null };
type Got = { is: 'line'; line: string } | NoLine;

/**
 * A conversation in lines over any stream, with bounds on line, bytes, number of lines and time.
 * It reads all the time: what came before a reset is kept, and given before the reset is told.
 */
export type LineSession = {
  /** The next line as it came, without its end. Throws the signal's reason when the look is cut off. One wait at a time. */
  read: (ms: number) => Promise<Got>;
  /** Hands over line by line, as each came, until `take` makes something of them, or `otherwise` of their end. The same rules. */
  gather: <Made>(ms: number, take: (line: string) => Made | null, otherwise: (end: NoLine) => Made) => Promise<Made>;
  /** Leaves what is just being waited for at most so much time. */
  hurry: (ms: number) => void;
  /** Writes one line; `shown` stands in the transcript in its place. */
  send: (line: string, shown?: string) => void;
  /** A server's words as they may be shown. */
  quote: (words: string) => string;
  /** From now on these must not be shown, however the server repeats them. */
  hide: (secrets: readonly string[]) => void;
  note: (text: string) => void;
  /**
   * From now on what an IMAP server tells of messages stays out of the transcript, and what of it comes as a literal (RFC 9051, 4.3) is
   * thrown away unread, with `{}` in its place: whoever wrote the message chose those bytes, line breaks and all.
   */
  readsMail: () => void;
  /** From now on the signal is not heeded: for the last words, which have a short time of their own. */
  linger: () => void;
  /** Takes the hands off the stream, for encryption. `leftover`: what had already come behind the last line that was read. */
  detach: () => { stream: Duplex; leftover: string | null };
  close: (graceMs?: number) => Promise<void>;
  /** Closes without waiting for the other end, which has said its farewell. */
  hangUp: () => void;
  isOpen: () => boolean;
};

/** What must not be shown. One for all conversations of a look: what a server learns in the first it may repeat in the next. */
export type Hidden = { secrets: readonly string[] };

export type LineOptions = {
  signal: Ending;
  transcribe: (who: TranscriptLine['who'], text: string) => void;
  hidden?: Hidden;
  caps?: typeof CAPS;
};

export const openLines = (
  stream: Duplex,
  { signal, transcribe, hidden = { secrets: [] }, caps = CAPS }: LineOptions,
): LineSession => {
  const lines: string[] = [];
  let pending = NOTHING;
  let bytes = 0;
  let count = 0;
  let ended: Exclude<NoLine, { is: 'silent' }> | null = null;
  let lingers = false;
  let ofMail = false;
  let before = '';
  let literal = 0;
  let waiting: {
    ms: number;
    until: number;
    take: (line: string) => boolean;
    end: (how: NoLine) => void;
    cut: Cut;
  } | null = null;
  let harmless = '';
  // What came meanwhile is read first, and where this machine stood still, whoever is waited for has some time once more (`timeLimit`).
  const ringing = alarm(wasHeldUp =>
    setImmediate(() => {
      if (waiting && wasHeldUp) waiting.until = Math.max(waiting.until, performance.now() + onceMore(waiting.ms));
      wake();
    }),
  );
  const wake = () => {
    if (!waiting) return;
    const { take, end, cut } = waiting;
    try {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        if (take(line)) return;
      }
      const isCut = signal.aborted && !lingers;
      if (ended) end(ended);
      else if (isCut) cut(signal.reason);
      else if (performance.now() < waiting.until) ringing.at(waiting.until);
      else end({ is: 'silent', partial: partial() });
    } catch (fault) {
      cut(fault); // of whoever waits, and not of whoever brought the line
    }
  };
  const gather: LineSession['gather'] = (ms, take, otherwise) =>
    new Promise((made, cut) => {
      waiting = {
        ms,
        until: performance.now() + ms,
        take: line => {
          const what = take(line);
          if (what === null) return false;
          waiting = null;
          made(what);
          return true;
        },
        end: how => {
          waiting = null;
          made(otherwise(how));
        },
        cut: reason => {
          waiting = null;
          cut(reason);
        },
      };
      wake();
    });

  // Almost everything that is shown is a part of what has just come, which was looked at as a whole.
  const shown = (words: string) =>
    words.length < MAX_QUOTE && harmless.includes(words) && !words.includes('\n')
      ? words
      : quote(mask(words, hidden.secrets));
  const partial = () => {
    if (pending.length === 0) return null;
    // A piece of a line may hold a piece of what was sent, which no mask would know.
    return hidden.secrets.length > 0
      ? `[${pending.length} bytes of a line that did not end]`
      : shown(decode(pending.subarray(0, 1024)));
  };
  const stop = (how: 'closed' | 'too-much', code: string | null) => {
    if (ended) return;
    ended = how === 'closed' ? { is: 'closed', partial: partial(), code } : { is: 'too-much', partial: partial() };
    if (ended.partial) transcribe('server', ended.partial);
    transcribe(
      'note',
      how === 'closed' ? `closed by the other end${code ? ` (${code})` : ''}` : 'more than we take: closed by us',
    );
    if (how === 'too-much') stream.destroy();
    pending = NOTHING;
    ringing.off();
    wake();
  };
  const onData = (chunk: Buffer) => {
    if (ended) return;
    bytes += chunk.length;
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (literal > 0 || chunk.includes(LF)) takeLines();
    if (count > caps.lines || pending.length > caps.lineBytes || bytes > caps.bytes) return stop('too-much', null);
    if (lines.length > 0) wake();
  };
  const takeLines = () => {
    // One sign a byte, so that places in both are the same.
    const text = pending.toString('latin1');
    const isPlain = isAscii(pending);
    harmless = isPlain && isHarmless(text, hidden.secrets) ? text : '';
    const isShownAsItCame = harmless !== '' && !ofMail;
    let from = skipLiteral(0);
    for (let at = text.indexOf('\n', from); at >= 0 && at - from <= caps.lineBytes; at = text.indexOf('\n', from)) {
      if (++count > caps.lines) break;
      const to = at > from && text[at - 1] === '\r' ? at - 1 : at;
      const line = before + (isPlain ? text.slice(from, to) : decode(pending.subarray(from, to)));
      from = at + 1;
      if (isShownAsItCame && line.length < MAX_QUOTE) {
        lines.push(line);
        transcribe('server', line);
        continue;
      }
      const told = ofMail ? OF_MESSAGE.exec(line)?.[0] : undefined;
      const size = told && LITERAL.exec(line);
      before = size ? `${line.slice(0, size.index)}{}` : '';
      if (size) {
        literal = Number(size[1]);
        from = skipLiteral(from);
        continue;
      }
      lines.push(line);
      transcribe('server', told ? `${told}…` : shown(line));
    }
    pending = from < pending.length ? pending.subarray(from) : NOTHING; // a part of nothing would hold on to all of the bytes
  };
  /** Where what follows it begins. */
  const skipLiteral = (from: number): number => {
    const skipped = Math.min(literal, pending.length - from);
    literal -= skipped;
    return from + skipped;
  };
  const onError = (error: NodeJS.ErrnoException) => stop('closed', error.code ?? 'failed');
  const onEnd = () => stop('closed', null);
  const leave = () => {
    signal.removeEventListener('abort', wake);
    ringing.off();
  };
  stream.on('data', onData).on('error', onError).on('end', onEnd).on('close', onEnd);
  signal.addEventListener('abort', wake);
  if (stream.destroyed) stop('closed', (stream.errored as NodeJS.ErrnoException | null)?.code ?? null);

  return {
    read: ms =>
      gather<Got>(
        ms,
        line => ({ is: 'line', line }),
        end => end,
      ),
    gather,
    hurry: ms => {
      if (!waiting) return;
      waiting.ms = Math.min(waiting.ms, ms);
      waiting.until = Math.min(waiting.until, performance.now() + ms);
    },
    send: (line, instead = line) => {
      if (/[\r\n\0]/.test(line)) throw new UccxDoctorError('a line to send holds a line break');
      if (ended || !stream.writable) return;
      transcribe('client', quote(instead));
      stream.write(`${line}\r\n`);
    },
    quote: shown,
    hide: more => {
      hidden.secrets = [...new Set([...hidden.secrets, ...more.filter(secret => secret !== '')])];
      harmless = '';
    },
    note: text => transcribe('note', text),
    readsMail: () => {
      ofMail = true;
    },
    linger: () => {
      lingers = true;
    },
    detach: () => {
      stream.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd);
      leave();
      stream.pause(); // What comes from here on belongs to the handshake, which will not take plain text.
      const leftover = [...lines, ...(pending.length > 0 ? [decode(pending.subarray(0, 1024))] : [])].join('\n');
      return { stream, leftover: leftover === '' ? null : shown(leftover) };
    },
    close: async (graceMs = 500) => {
      leave();
      await closeStream(stream, graceMs);
    },
    hangUp: () => {
      leave();
      stream.on('error', () => {}); // The answer to a farewell does not matter any more.
      stream.end(() => stream.destroy());
    },
    isOpen: () => ended === null && stream.writable,
  };
};

/** Ends a stream in good order, and without it when the other end does not follow. */
const closeStream = (stream: Duplex, graceMs: number): Promise<void> =>
  new Promise(resolve => {
    if (stream.destroyed) return resolve();
    const timer = setTimeout(() => stream.destroy(), graceMs);
    stream.on('error', () => {}); // The answer to a farewell does not matter any more.
    stream.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    stream.end();
  });

type Cut = (reason: unknown) => void;

const OF_MESSAGE = /^\* \d{1,10} FETCH\b/i;
const LITERAL = /\{(\d{1,9})\}$/;
const NOTHING: Buffer = Buffer.alloc(0);
const LF = 0x0a;
