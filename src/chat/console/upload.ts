import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Question } from '../../intake/ports.js';
import { size as sizeOf } from '../../view/read.js';
import type { Refusal } from './guard.js';

type Files = NonNullable<Question['files']>;
/** The command, and beside it what the page shows as the question. */
type Upload = { text: string; shown: string; files: Files };

/** More are no longer dropped by hand; an archive holds them all the same. */
const MOST_FILES = 50;
const Listed = z
  .array(z.strictObject({ name: z.string().min(1).max(300), size: z.int().min(0) }))
  .min(1)
  .max(MOST_FILES);
const Target = z.string().regex(/^[a-z0-9-]{0,40}$/);

/**
 * Files that were dropped on the page: one body holds them one behind the other, a header names each with its size. They are read as they
 * come and kept nowhere.
 */
export const readUpload = (request: IncomingMessage, url: URL): Upload | Refusal => {
  // A page from elsewhere can send a form or plain text without being asked first, but not this.
  if (request.headers['content-type'] !== 'application/octet-stream')
    return { status: 415, says: 'expected content-type application/octet-stream' };
  const listed = Listed.safeParse(named(request.headers['x-files']));
  const target = Target.safeParse(url.searchParams.get('target') ?? '');
  if (!listed.success || !target.success)
    return { status: 400, says: `expected x-files with 1 to ${MOST_FILES} of {"name", "size"}, and a target or none` };
  const command = target.data === '' ? '/uccx read' : `/uccx read ${target.data}`;
  return {
    text: command,
    shown: [command, ...listed.data.map(({ name, size }) => `${name.replaceAll(/\s/g, ' ')} (${sizeOf(size)})`)].join(
      '\n',
    ),
    files: partsOf(request, listed.data),
  };
};

const named = (header: string | string[] | undefined): unknown => {
  try {
    return JSON.parse(decodeURIComponent(String(header)));
  } catch {
    return undefined; // the schema says what was expected
  }
};

const partsOf = (request: IncomingMessage, listed: z.infer<typeof Listed>): Files => {
  let chunks: AsyncIterator<Buffer> | null = null;
  let rest: Buffer = Buffer.alloc(0);
  return listed.map(({ name, size }) => ({ name, bytes: size, open: () => part(size) }));

  async function* part(size: number): AsyncGenerator<Buffer> {
    // The way out stays open: the answer goes back on the same connection.
    chunks ??= request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    for (let left = size; left > 0; ) {
      if (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) throw new Error('the upload ends too early');
        rest = next.value;
      }
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
};
