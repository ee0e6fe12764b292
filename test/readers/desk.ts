import { lineSink } from '../../src/readers/lines.js';
import { type ReadDeps, readFiles } from '../../src/readers/read.js';
import { defineReader } from '../../src/readers/reader.js';

export const NOW = '2026-11-21T12:00:00.000Z';

/** Knows every file that says `known` in its first line, quotes what is marked, and tells a fact for each `limit`. */
export const plainReader = defineReader({
  id: 'plain',
  says: 'lines for a test',
  yields: ['imap-limits'],
  recognises: ({ bytes }) => (bytes.toString().includes('known') ? 0.5 : 0),
  open: reading =>
    lineSink((line, number) => {
      if (line.startsWith('quote ')) reading.quote(number, line.slice(6));
      else if (line.startsWith('unread')) reading.unread(number, line);
      else if (line === 'crash') throw new Error('a bug');
      else if (line.startsWith('limit ')) {
        const maxConnectionsPerUser = Number(line.slice(6));
        reading.observe('imap-limits', { server: null, maxConnectionsPerUser }, null, number);
      }
    }),
});

/** Bytes in pieces of `size`, each filled anew for the next, as a file is read: whoever holds on to a piece reads nonsense. */
export async function* pieces(bytes: Buffer | string, size = 65_536): AsyncGenerator<Buffer> {
  const whole = Buffer.from(bytes as string);
  const given = Buffer.alloc(size);
  for (let from = 0; from < whole.length; from += size) {
    yield given.subarray(0, whole.copy(given, 0, from, from + size));
    given.fill(0xee);
  }
}

export const readAll = (files: Record<string, Buffer | string | AsyncIterable<Buffer>>, deps: Partial<ReadDeps> = {}) =>
  readFiles(
    Object.entries(files).map(([name, bytes]) => ({
      name,
      bytes: typeof bytes === 'string' || Buffer.isBuffer(bytes) ? pieces(bytes) : bytes,
    })),
    {
      clock: { now: () => Date.parse(NOW) },
      signal: new AbortController().signal,
      onCrash: error => {
        throw error;
      },
      readers: [plainReader],
      ...deps,
    },
  );
