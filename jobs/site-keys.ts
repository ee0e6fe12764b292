import type { SiteId, TargetId } from '../src/domain/ids.js';
import { DIAGNOSE, PREFIX, probeQueue } from './queues.js';

/**
 * The keys of BullMQ that the workers of a site need. An order is a child of the job that judges: whoever finishes it writes into that
 * job, and where it was the last one lays that job into its queue. So a site reaches the judging of its own targets, sees the names of
 * runs that wait for their orders, and can put something into the queue of judging; it reads neither that queue nor what is judged of
 * other targets, nor where answers go.
 */
export const queueKeysOfSite = (
  site: SiteId,
  targets: readonly TargetId[],
): { may: 'read' | 'write' | 'all'; pattern: string }[] => {
  const judging = `${PREFIX}:${DIAGNOSE}`;
  return [
    { may: 'all', pattern: `${PREFIX}:${probeQueue(site)}:*` },
    // `RUN.TARGET`, and what BullMQ hangs on it
    ...targets.flatMap(target => [
      { may: 'all' as const, pattern: `${judging}:*.${target}` },
      { may: 'all' as const, pattern: `${judging}:*.${target}:*` },
    ]),
    { may: 'read', pattern: `${judging}:meta` },
    { may: 'all', pattern: `${judging}:waiting-children` },
    ...['wait', 'marker', 'events'].map(part => ({ may: 'write' as const, pattern: `${judging}:${part}` })),
  ];
};
