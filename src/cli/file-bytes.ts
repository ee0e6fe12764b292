import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** Large, for each read of a file costs a turn of the event loop. */
const READ_BYTES = 1 << 20;

/** A file piece by piece, opened only when its turn comes. A piece is good until the next one is asked for. */
export const fileBytes = (path: string, signal: AbortSignal): AsyncIterable<Buffer> => ({
  async *[Symbol.asyncIterator]() {
    // A pipe may have nothing to say for hours, and only a stream can be torn away from it.
    if (!(await stat(path)).isFile()) return yield* createReadStream(path, { highWaterMark: READ_BYTES, signal });
    const file = await open(path);
    try {
      yield* inTurns(file, signal);
    } finally {
      await file.close();
    }
  },
});

/** Two buffers in turns: while one is looked at, the other one is filled, and no memory is made anew. */
async function* inTurns(file: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer> {
  let [full, empty] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
  const fill = (buffer: Buffer) => {
    const read = file.read(buffer, 0, READ_BYTES, null);
    read.catch(() => {}); // whoever stops before the next piece never asks what became of it
    return read;
  };
  let reading = fill(full);
  try {
    while (!signal.aborted) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = fill(empty);
      yield full.subarray(0, bytesRead);
      [full, empty] = [empty, full];
    }
    signal.throwIfAborted();
  } finally {
    await reading.catch(() => {}); // it writes into a buffer of ours until it is through
  }
}
