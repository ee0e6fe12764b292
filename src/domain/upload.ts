import { z } from 'zod';
import { IsoTime } from './clock.js';
import { RunId, TargetId } from './ids.js';

/** One file as it came: what it was called, how much of it arrived, and what it was recognised as. */
export const UploadedFile = z.object({
  /** Escaped, as every name of a file is. */
  name: z.string(),
  bytes: z.int().min(0),
  /** Of the whole file, in hex; null where it did not come to its end. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** The readers that understood it or, of an archive, what is in it. */
  readAs: z.array(z.string()).max(50),
});
export type UploadedFile = z.infer<typeof UploadedFile>;

/** Who had what read, when and for which target: the record of it, without a word of what stood in it. */
export const Upload = z.object({
  run: RunId,
  at: IsoTime,
  by: z.object({ platform: z.string(), user: z.string(), channel: z.string().nullable() }),
  /** For which it was judged; none where that was not clear, or nothing was understood. */
  targets: z.array(TargetId).max(100),
  files: z.array(UploadedFile).max(100),
});
export type Upload = z.infer<typeof Upload>;
