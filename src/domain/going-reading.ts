import { z } from 'zod';
import { RunId } from './ids.js';
import { ReplyAddress } from './request.js';

/** A reading under way, as whoever outlives the process that reads needs it: where a message says that it goes on, and of which files. */
export const GoingReading = z.object({
  run: RunId,
  to: ReplyAddress,
  files: z.array(z.string().max(300)).max(100),
});
export type GoingReading = z.infer<typeof GoingReading>;
