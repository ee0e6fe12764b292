import { z } from 'zod';
import { ProbeOrder } from '../../src/domain/plan.js';
import { defineJob } from '../define.js';
import { DEADLINE } from '../queues.js';

const DeadlineOrder = z.object({ orders: z.array(ProbeOrder).min(1) });

/** Give up what has not answered: a parent whose child nobody takes would wait for ever. */
export const deadlineJob = defineJob({
  name: 'deadline',
  queue: () => DEADLINE,
  id: ({ orders: [first] }) => [first?.run, first?.target].join('.'),
  payload: DeadlineOrder,
  result: z.object({ givenUp: z.array(z.string()) }),
  opts: { attempts: 10, backoff: { type: 'exponential', delay: 500 } },
});
