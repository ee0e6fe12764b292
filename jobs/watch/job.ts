import { z } from 'zod';
import { IsoTime } from '../../src/domain/clock.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { WatchId } from '../../src/domain/watch-slots.js';
import { defineJob } from '../define.js';
import { WATCH, WATCH_JUDGE, WATCH_TELL } from '../queues.js';

/** Begin the look that is due. One that breaks off is not tried again: the next one comes by itself. */
export const watchJob = defineJob({
  name: 'watch',
  queue: () => WATCH,
  id: ({ watch }) => watch,
  payload: z.object({ watch: WatchId }),
  result: z.object({ did: z.enum(['laid', 'nothing', 'ended']), run: RunId.nullable() }),
  opts: { attempts: 3, backoff: { type: 'exponential', delay: 500 } },
});

const LookOrder = z.object({
  run: RunId,
  watch: WatchId,
  at: IsoTime,
  /** `isHeld`: somebody else was looking at it, and their report serves. */
  targets: z.array(z.object({ id: TargetId, isHeld: z.boolean() })),
});

/** The root of a look: what it says against the looks before, and whether anybody is to hear of it. */
export const watchJudgeJob = defineJob({
  name: 'watch-judge',
  queue: () => WATCH_JUDGE,
  id: ({ run }) => run,
  payload: LookOrder,
  result: z.object({ is: z.enum(['judged', 'ended']), news: z.array(z.string()) }),
  opts: { attempts: 20, backoff: { type: 'exponential', delay: 200 } },
});

/** With waits of at most a minute this goes on for hours: a sick chat platform repeats the telling and never the looks. */
const ATTEMPTS = 200;

/** Bring the message of an incident up to date. */
export const watchTellJob = defineJob({
  name: 'watch-tell',
  queue: () => WATCH_TELL,
  id: ({ incident, revision }) => [incident, revision].join('.'),
  payload: z.object({ place: z.string(), incident: RunId, revision: z.int().min(1) }),
  result: z.object({ is: z.enum(['told', 'told-before', 'gone']) }),
  opts: { attempts: ATTEMPTS, backoff: { type: 'custom' } },
});
