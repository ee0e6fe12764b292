import { giveText, textOf } from './decode.js';
import { lineSink } from './lines.js';
import type { Sink } from './reader.js';

/** What was put around the lines of a text on its way here: by mail that quotes, by code that is set in, by a window that breaks lines. */
export type Paste = {
  hasQuotes: boolean;
  hasHardBlanks: boolean;
  /** Somebody mistyped, and a terminal wrote it down. */
  hasBackspaces: boolean;
  /** So many signs stand before every line. */
  indent: number;
  /** The width of the window that broke the lines; null where none did. */
  width: number | null;
};

/** Null where a text is as it was written. */
export const pasteIn = (head: Buffer): Paste | null => {
  if (head.includes(0)) return null;
  const shown = textOf(head).split(/\r\n?|\n/);
  const hasHardBlanks = shown.some(line => HARD_BLANK.test(line));
  const hasBackspaces = head.includes(BACKSPACE);
  const lines = shown.map(line => withSoftBlanks(line)).filter(line => line.trim() !== '');
  const quoted = lines.filter(line => QUOTED.test(line)).length;
  // Arrows both ways are those of a conversation.
  const hasQuotes = quoted >= LEAST && quoted * 2 >= lines.length && !lines.some(line => line.startsWith('<'));
  const bare = hasQuotes ? lines.map(line => line.replace(QUOTED, '')) : lines;
  const blanks = bare.length < LEAST ? [0] : bare.map(line => line.search(/[^ \t]/)).filter(at => at !== -1);
  const indent = blanks.reduce((least, at) => Math.min(least, at), 40);
  const width = widthOf(bare.map(line => line.slice(indent)));
  return hasQuotes || hasHardBlanks || hasBackspaces || indent > 0 || width !== null
    ? { hasQuotes, hasHardBlanks, hasBackspaces, indent, width }
    : null;
};

/** A window breaks every line that is longer than it is wide: none is longer, and what is as long goes on. */
const widthOf = (lines: readonly string[]): number | null => {
  const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
  if (!WIDTHS.includes(width)) return null;
  let broken = 0;
  let start: string | null = null;
  for (const line of lines) {
    if (start !== null && goesOn(start, line)) broken++;
    else start = null;
    start = line.length === width ? (start ?? line) : null;
  }
  return broken >= LEAST || (broken > 0 && lines.some(line => PROMPT.test(line))) ? width : null;
};
/** What begins as the line above it does is the next line of a log whose lines happen to be as long as the window is wide. */
const goesOn = (start: string, next: string): boolean =>
  next.trim() !== '' &&
  !PROMPT.test(next) &&
  !(ADDRESSED.test(start) && ADDRESSED.test(next)) &&
  !(shape(next) === shape(start) && /x[^x]|[^x]x/.test(shape(start)));
const shape = (line: string): string => line.slice(0, 9).replaceAll(/[\p{L}\d]/gu, 'x');

/** Gives a sink the lines as they were before; one that was broken counts as one. */
export const asWritten = ({ hasQuotes, hasHardBlanks, hasBackspaces, indent, width }: Paste, sink: Sink): Sink => {
  let held = '';
  let ready: string[] = [];
  const lines = lineSink(shown => {
    if (shown === '') {
      release();
      ready.push('\n');
      return;
    }
    const typed = hasBackspaces ? withoutBackspaces(shown) : shown;
    const soft = hasHardBlanks ? withSoftBlanks(typed) : typed;
    const bare = hasQuotes ? soft.replace(QUOTED, '') : soft;
    const line = bare.slice(0, indent).trim() === '' ? bare.slice(indent) : bare;
    if (held !== '' && !goesOn(held, line)) release();
    if (line.length === width && held.length < MOST_HELD) {
      held += line;
      return;
    }
    ready.push(held + line, '\n');
    held = '';
  });
  return {
    ...(sink.lines ? { lines: sink.lines } : {}),
    push: chunk => {
      lines.push(chunk);
      give();
    },
    breakOff: () => {
      lines.breakOff();
      sink.breakOff?.();
    },
    end: () => {
      lines.end();
      release();
      give();
      sink.end();
    },
  };

  function release(): void {
    if (held !== '') ready.push(held, '\n');
    held = '';
  }

  /** As many lines at once as came at once. */
  function give(): void {
    const text = ready.join('');
    ready = [];
    giveText(sink, text);
  }
};

export const headAsWritten = (paste: Paste, head: Buffer): Buffer => {
  const pieces: Buffer[] = [];
  const sink = asWritten(paste, { push: piece => void pieces.push(piece), end: () => {} });
  sink.push(head);
  sink.end();
  return Buffer.concat(pieces);
};

/** What a terminal shows of it: `lgo`, two steps back, `ogin`; what stood there is gone. */
const withoutBackspaces = (line: string): string => {
  if (!line.includes('\b')) return line;
  const signs: string[] = [];
  for (const sign of line.replaceAll('\x1b[K', '').replaceAll('\b \b', '\b')) {
    if (sign === '\b') signs.pop();
    else signs.push(sign);
  }
  return signs.join('');
};

const withSoftBlanks = (line: string): string => (HARD_BLANK.test(line) ? line.replaceAll(HARD_BLANKS, ' ') : line);
const HARD_BLANK = /[\u00a0\u202f]/;
const HARD_BLANKS = /[\u00a0\u202f]/g;
const QUOTED = /^(?:> ?){1,5}/;
const PROMPT = /^admin:/;
/** A line of an access log; addresses are of different lengths. */
const ADDRESSED = /^\d{1,3}(?:\.\d{1,3}){3} /;
/** Of terminals, as they come and as they are widened. */
const WIDTHS: readonly number[] = [80, 132];
const LEAST = 2;
const BACKSPACE = 0x08;
const MOST_HELD = 20_000;
