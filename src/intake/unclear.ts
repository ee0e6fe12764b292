import { StoreSilentError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import type { IntakeDeps } from './deps.js';

/**
 * Notes of which runs it shows only later whether they go their way: somebody else has begun them, who may be gone by now, or
 * they were sent to the queue and it did not answer.
 */
export const noteUnclear = ({ runs, submit }: Pick<IntakeDeps, 'runs' | 'submit'>) => {
  const unclear = new Set<RunId>();
  const noted: Pick<IntakeDeps, 'runs' | 'submit'> = {
    runs: {
      ...runs,
      begin: async run => {
        const isFirst = await runs.begin(run);
        if (!isFirst) unclear.add(run);
        return isFirst;
      },
    },
    submit: async (request, plan) => {
      try {
        await submit(request, plan);
      } catch (error) {
        if (error instanceof StoreSilentError) unclear.add(request.run);
        throw error;
      }
    },
  };
  return { noted, take: (run: RunId): boolean => unclear.delete(run) };
};
