import type { Log } from '../chat/log.js';
import type { Intake } from '../intake/ports.js';

type DoneJob = { queue: string; id: string | undefined; tookMs: number };

/** What the log tells of a job: the id of a job begins with that of its run, so a run can be followed through every process. */
export const jobFacts = ({ queue, id }: { queue: string; id: string | undefined }) => ({
  ...(id ? { run: id.split('.')[0], job: id } : {}),
  queue,
});

/** A line for each job that came to its end. */
export const logDone =
  (log: Log) =>
  (job: DoneJob): void =>
    log.info({ ...jobFacts(job), tookMs: job.tookMs }, 'a job is done');

/** A line for each question, with the run that all else is told under; its words are for the audit, not for the log. */
export const loggedIntake = (intake: Intake, log: Log): Intake => ({
  ask: question => {
    log.info({ run: question.run, platform: question.by.platform }, 'a question came in');
    return intake.ask(question);
  },
});
