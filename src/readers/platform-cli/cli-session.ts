import { subscriptionTable } from '../dbquery/subscription-table.js';
import { fileList } from '../file-list/file-list.js';
import { lineSink } from '../lines.js';
import { syncLog } from '../mbxsync/sync-log.js';
import { openPorts } from '../ports/open-ports.js';
import { defineReader, type Reader, type Sink } from '../reader.js';

/** What a command prints is read as if it had come alone. */
const PRINTS: readonly (readonly [command: RegExp, reader: Reader])[] = [
  [/^show\s+open\s+ports\b/i, openPorts],
  [/^run\s+cuc\s+dbquery\b.*\btbl_exsubscription\b/i, subscriptionTable],
  [/^file\s+list\s+activelog\b/i, fileList],
  [/^file\s+(?:view|tail|dump)\s+activelog\b.*\bdiag_CuMbxSync/i, syncLog],
];
/** The clock that counts for a table stands above or below it. */
const CLOCK = /^Current time in UTC is/i;

/** Several commands of the platform's command line in one paste, as the questions of a check ask for them. */
export const cliSession = defineReader({
  id: 'cli-session',
  says: 'several commands on the command line of Unity Connection',
  recognises: ({ bytes }) => {
    if (!bytes.includes('admin:')) return 0;
    const typed = bytes
      .toString('latin1')
      .split(/\r\n?|\n/)
      .map(commandIn);
    return new Set(typed.map(readerOf).filter(reader => reader !== null)).size > 1 ? 0.97 : 0;
  },
  yields: [...new Set(PRINTS.flatMap(([, reader]) => reader.yields))],
  open: reading => {
    const sinks = new Map<Reader, Sink>();
    let [now, isKnown, count]: [Reader | null, boolean, number] = [null, false, 0];
    let clock: { line: string; number: number } | null = null;

    const lines = lineSink((line, number) => {
      count = number;
      const command = commandIn(line);
      if (command !== null) {
        const known = readerOf(command);
        now = known && (sinks.has(known) || number <= MOST_ABOVE) ? known : null;
        isKnown = now !== null || /^(?:utils\s+ntp\s+status|exit|quit)?$/i.test(command);
        if (now && !sinks.has(now)) sinks.set(now, opened(now, number));
      } else if (!isKnown && line.trim() !== '') {
        isKnown = true;
        reading.unread(number, 'what this command prints is not read');
      }
      const isClock = CLOCK.test(line);
      if (isClock) clock = { line, number };
      // Each gets every line, those of others as empty ones: so the numbers are those of the paste.
      for (const [reader, sink] of sinks) {
        const isIts = reader === now || command !== null || (isClock && reader === subscriptionTable);
        give(sink, isIts ? line : '');
      }
    });
    return {
      push: lines.push,
      breakOff: () => {
        lines.breakOff();
        for (const sink of sinks.values()) sink.breakOff?.();
      },
      lines: () => count,
      end: () => {
        lines.end();
        for (const sink of sinks.values()) sink.end();
      },
    };

    function opened(reader: Reader, number: number): Sink {
      const sink = reader.open(reading);
      const above = Array<string>(number - 1).fill('');
      if (reader === subscriptionTable && clock) above[clock.number - 1] = clock.line;
      if (number > 1) give(sink, above.join('\n'));
      return sink;
    }
  },
});

/** Whoever pastes has not so many lines above a command; in a file made to be slow it is told as unread. */
const MOST_ABOVE = 20_000;

const give = (sink: Sink, line: string): void => sink.push(Buffer.from(`${line}\n`));

/** What was typed behind the prompt; null for a line without one. */
const commandIn = (line: string): string | null => /^admin:\s*(.{0,500})/.exec(line)?.[1]?.trim() ?? null;
const readerOf = (command: string | null): Reader | null =>
  command === null ? null : (PRINTS.find(([sign]) => sign.test(command))?.[1] ?? null);
