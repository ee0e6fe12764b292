import { Worker } from 'bullmq';
import type { SiteId } from '../src/domain/ids.js';
import { endingStops } from './probe/ending-stops.js';
import { type ProbeWork, processProbe } from './probe/process.js';
import { openQueue, PREFIX, probeQueue } from './queues.js';
import { running, type SignedWorkersDeps, TRIED_AGAIN, type Workers } from './running.js';

/** How many orders one worker process takes at a time; each waits for the network most of its life. */
const PROBES_AT_ONCE = 50;
/** A probe ends by its own budget; who has not come to an end by then is told to stop. What takes something from others is told at once. */
const PROBE_DRAIN_MS = 15_000;

/** What a site runs: look, from its own queue only. A job whose worker died is never taken up by another: it may have logged in. */
export const siteWorker = (deps: SignedWorkersDeps, site: SiteId, work: ProbeWork): Workers => {
  const { connection, onError, telemetry } = deps;
  const queue = openQueue(probeQueue(site), connection, onError);
  const ending = new AbortController();
  const stops = endingStops(work.stops, ending.signal);
  const worker = new Worker(probeQueue(site), processProbe({ ...work, stops }, deps.signing), {
    connection,
    prefix: PREFIX,
    maxStalledCount: 0,
    ...TRIED_AGAIN,
    concurrency: PROBES_AT_ONCE,
    ...(telemetry ? { telemetry } : {}),
  });
  const first = () => ending.abort();
  return running([worker], deps, { drainMs: PROBE_DRAIN_MS, first, also: () => queue.close() });
};
