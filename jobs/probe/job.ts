import { Observation } from '../../src/domain/observation.js';
import { ProbeOrder } from '../../src/domain/plan.js';
import { defineJob } from '../define.js';
import { probeQueue } from '../queues.js';

/** Look once, from one site. Never twice: a second wrong password is half way to a locked account. */
export const probeJob = defineJob({
  name: 'probe',
  queue: order => probeQueue(order.site),
  id: order => [order.run, order.target, order.probe, order.site].join('.'),
  payload: ProbeOrder,
  result: Observation,
  opts: { attempts: 1, ignoreDependencyOnFailure: true },
});
