import { z } from 'zod';
import { QuietId } from '../../src/domain/quiet.js';
import { ReplyAddress } from '../../src/domain/request.js';
import { defineJob } from '../define.js';
import { MAINTENANCE } from '../queues.js';

const Event = z.object({
  window: QuietId,
  /** The times that it is of: those of a window may change before it is told. */
  schedule: z.string(),
  is: z.enum(['start', 'end']),
  fromMs: z.number(),
  untilMs: z.number(),
});

/** As for a digest: a sick chat platform repeats the telling for hours. */
const ATTEMPTS = 200;

/** Tell where a window was made that it begins, or has ended. Harmless however often: what was told is not told again. */
export const maintenanceJob = defineJob({
  name: 'maintenance',
  queue: () => MAINTENANCE,
  id: ({ window, is, fromMs, untilMs }) => ['m', window, is, is === 'start' ? fromMs : untilMs].join('.'),
  payload: Event,
  result: z.object({ is: z.enum(['told', 'told-before', 'over', 'ended']), at: ReplyAddress.nullable() }),
  opts: { attempts: ATTEMPTS, backoff: { type: 'custom' } },
});
