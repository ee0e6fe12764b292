import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Large, for each read costs a call of the system; small enough that what was read is still near the processor. */
const READ_BYTES = 1 << 18;

/**
 * A file from its beginning to its end, opened when its turn comes; each piece is good until the next is asked for. It is read where it is
 * worked on: handing a piece from thread to thread costs more than copying it from where the system keeps it, and the system reads ahead
 * by itself. What is no file on a disk, such as a named pipe, comes as it comes.
 */
export async function* fileBytes(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const file = await open(path);
  if (!(await file.stat()).isFile()) return yield* file.createReadStream({ signal }) as AsyncIterable<Buffer>;
  const piece = Buffer.allocUnsafeSlow(READ_BYTES);
  try {
    for (;;) {
      signal.throwIfAborted();
      const bytes = readSync(file.fd, piece);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
    }
  } finally {
    await file.close();
  }
}
