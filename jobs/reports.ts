import type { Job } from 'bullmq';
import { UccxDoctorError } from '../src/domain/errors.js';
import type { Report } from '../src/domain/report.js';
import type { Signing } from '../src/signing/signing.js';
import { diagnoseJob } from './diagnose/job.js';

/** What a bot trusts, and whom it tells of what it does not. */
export type Trust = { signing: Signing; onRefused: (error: RefusedAnswerError) => void };

/** What came back was not signed by whom it should come from; it counts as not there. */
export class RefusedAnswerError extends UccxDoctorError {}

/** The reports that came of the jobs below this one, as a bot has signed them for this run; what is none counts as not there. */
export const reportsBelow = async (
  job: Pick<Job, 'id' | 'getChildrenValues'>,
  { signing, onRefused }: Trust,
): Promise<Report[]> => {
  const reports = await Promise.all(
    Object.entries(await job.getChildrenValues<unknown>()).map(async ([key, value]) => {
      const id = key.slice(key.lastIndexOf(':') + 1);
      const read = await diagnoseJob.answered(signing, 'bot', id, value);
      if (read.is === 'good' && id.startsWith(`${job.id}.`)) return [read.value];
      const why =
        read.is === 'good' ? 'it belongs to another run' : read.is === 'refused' ? read.says : 'it cannot be read';
      onRefused(new RefusedAnswerError(`a report is left out, because ${why}`, { run: job.id, id }));
      return [];
    }),
  );
  return reports.flat();
};
