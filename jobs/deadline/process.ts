import type { Queue } from 'bullmq';
import type { SiteId } from '../../src/domain/ids.js';
import { probeJob } from '../probe/job.js';
import type { Trust } from '../reports.js';
import { deadlineJob } from './job.js';

export type DeadlineWork = { probeQueue: (site: SiteId) => Queue };

export const processDeadline = ({ probeQueue }: DeadlineWork, { signing }: Trust) =>
  deadlineJob.processor(signing, async ({ orders }) => {
    const givenUp: string[] = [];
    for (const order of orders) {
      const job = await probeQueue(order.site).getJob(probeJob.id(order));
      if (!job || (await job.isCompleted()) || (await job.isFailed())) continue;
      // Held by a worker, alive or dead: the parent goes on without it. Waiting: nobody shall take it any more.
      const freed = await job.removeChildDependency();
      if (!(await job.isActive())) await job.remove().catch(() => {}); // a worker took it in this very moment; its answer no longer counts
      if (freed) givenUp.push(probeJob.id(order));
    }
    return { givenUp };
  });
