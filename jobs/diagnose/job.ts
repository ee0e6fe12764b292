import { z } from 'zod';
import { IsoTime } from '../../src/domain/clock.js';
import { RunId } from '../../src/domain/ids.js';
import { TargetPlan } from '../../src/domain/plan.js';
import { Report } from '../../src/domain/report.js';
import { defineJob } from '../define.js';
import { DIAGNOSE } from '../queues.js';

const DiagnoseOrder = z.object({
  run: RunId,
  at: IsoTime,
  plan: TargetPlan,
  /** It asked about a part only, so history must not take it for how the target is. */
  isPart: z.literal(true).optional(),
});

/** Judge one target when all its probes have answered or were given up. */
export const diagnoseJob = defineJob({
  name: 'diagnose',
  queue: () => DIAGNOSE,
  id: order => [order.run, order.plan.target].join('.'),
  payload: DiagnoseOrder,
  result: Report,
  opts: { attempts: 5, backoff: { type: 'exponential', delay: 500 }, ignoreDependencyOnFailure: true },
});
