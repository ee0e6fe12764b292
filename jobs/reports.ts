import type { Job } from 'bullmq';
import { Report } from '../src/domain/report.js';

/** The reports that came of the jobs below this one; what is none counts as not there. */
export const reportsBelow = async (job: Pick<Job, 'getChildrenValues'>): Promise<Report[]> =>
  Object.values(await job.getChildrenValues<unknown>()).flatMap(value => {
    const parsed = Report.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
