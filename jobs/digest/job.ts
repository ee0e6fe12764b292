import { z } from 'zod';
import { IsoTime } from '../../src/domain/clock.js';
import { Digest } from '../../src/domain/digest.js';
import { DigestId } from '../../src/domain/digest-when.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { ReplyAddress } from '../../src/domain/request.js';
import { defineJob } from '../define.js';
import { DIGEST, DIGEST_TELL } from '../queues.js';

/** Look whether this digest is due; the one job that lays others. Harmless however often: what was begun is not begun again. */
export const digestJob = defineJob({
  name: 'digest',
  queue: () => DIGEST,
  id: ({ digest }) => digest,
  payload: z.object({ digest: DigestId }),
  result: z.object({ did: z.enum(['laid', 'nothing', 'ended']), slot: IsoTime.nullable() }),
  opts: { attempts: 20, backoff: { type: 'exponential', delay: 500 } },
});

const DigestOrder = z.object({
  run: RunId,
  digest: Digest,
  slot: z.number(),
  at: IsoTime,
  /** In the order in which they stand in the configuration. */
  targets: z.array(TargetId),
  /** Reports from then on tell how it is now; those that somebody else is making are waited for until `waitUntil`. */
  freshFrom: IsoTime,
  waitUntil: IsoTime,
});

/** With waits of at most a minute this goes on for hours: a sick chat platform repeats the telling and never the probes. */
const ATTEMPTS = 200;

/** The root of a digest's tree: tell it, when all of it has been looked at. */
export const digestTellJob = defineJob({
  name: 'digest-tell',
  queue: () => DIGEST_TELL,
  id: order => order.run,
  payload: DigestOrder,
  result: z.object({ is: z.enum(['told', 'silent', 'told-before', 'ended']), at: ReplyAddress.nullable() }),
  opts: { attempts: ATTEMPTS, backoff: { type: 'custom' } },
});
