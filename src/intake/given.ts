import { createHash } from 'node:crypto';
import { UccxDoctorError } from '../domain/errors.js';
import type { FileRead } from '../domain/read-file.js';
import type { UploadedFile } from '../domain/upload.js';
import { shown } from '../readers/mask.js';
import type { GivenFile } from '../readers/read.js';

/** A file on its way to the readers, which is counted and summed while they read it: nobody holds it whole. */
export type Given = GivenFile & {
  /** What the record says of it, once it was read. */
  told: (read: readonly FileRead[]) => UploadedFile;
};

/** What all files of one reading may have together; the platform may have named no size, or a wrong one. */
export type Allowance = { left: number; of: number };

/** @param open gives the bytes; `allowance` is used up while they come. */
export const given = (name: string, open: () => AsyncIterable<Buffer>, allowance: Allowance): Given => {
  const label = shown(name, MAX_NAME);
  const hash = createHash('sha256');
  let bytes = 0;
  let isWhole = false;

  return {
    name: label,
    bytes: { [Symbol.asyncIterator]: summed },
    told: read => ({
      name: label,
      bytes,
      sha256: isWhole ? hash.digest('hex') : null,
      readAs: [...new Set(read.flatMap(({ file }) => (isOf(file.name, label) ? (file.reader ?? []) : [])))].slice(
        0,
        MOST_READERS,
      ),
    }),
  };

  async function* summed(): AsyncGenerator<Buffer> {
    for await (const chunk of open()) {
      allowance.left -= chunk.length;
      if (allowance.left < 0)
        throw new UccxDoctorError(
          `together it is more than ${Math.floor(allowance.of / 2 ** 20)} MB; uccx-doctor read FILE… reads any size`,
        );
      bytes += chunk.length;
      hash.update(chunk);
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) yield chunk.subarray(from, from + PIECE_BYTES);
    }
    isWhole = true;
  }
};

/** A reader that has not run before takes ten times as long: so much of a file at a time keeps nobody waiting even then. */
const PIECE_BYTES = 16_384;
const MAX_NAME = 300;
const MOST_READERS = 50;

/** The file itself, what was packed in it, or what stands in an archive of that name. */
const isOf = (name: string, label: string): boolean =>
  name === label || name === label.replace(/\.gz$/i, '') || name.startsWith(`${label} › `);
