import { z } from 'zod';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { State } from '../../src/domain/report.js';
import { ReplyAddress } from '../../src/domain/request.js';
import { defineJob } from '../define.js';
import { REPLY } from '../queues.js';

const ReplyOrder = z.object({
  run: RunId,
  to: ReplyAddress,
  targets: z.array(TargetId),
  remarks: z.array(z.string()),
});

/** Where it was told, and what the state was. */
const Told = z.object({ at: ReplyAddress, state: State });

/** With waits of at most five minutes this goes on for most of a day: a sick chat platform repeats the reply and never the probes. */
const ATTEMPTS = 200;

/** The root of a run: tell the person. */
export const replyJob = defineJob({
  name: 'reply',
  queue: () => REPLY,
  id: order => order.run,
  payload: ReplyOrder,
  result: Told,
  opts: { attempts: ATTEMPTS, backoff: { type: 'custom' } },
});
