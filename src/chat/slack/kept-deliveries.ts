import type { RunId } from '../../domain/ids.js';

/** An acknowledgement follows at once, or fails: Slack waits for three seconds, and Bolt then calls nobody. */
const AFTER_MS = 1_000;

/**
 * Deliveries that are kept and wait for their acknowledgement. One for which it fails, as of a machine that stood still, is answered all the
 * same: Slack may not bring it again, and as long as this bot lives no other one goes on with it.
 */
export const keptDeliveries = <Heard extends { run: RunId }>(late: (heard: Heard) => void) => {
  const waiting = new Map<RunId, NodeJS.Timeout[]>();
  const take = ({ run }: Heard): boolean => {
    const [first, ...others] = waiting.get(run) ?? [];
    if (!first) return false;
    clearTimeout(first);
    if (others.length > 0) waiting.set(run, others);
    else waiting.delete(run);
    return true;
  };
  return {
    add: (heard: Heard): void => {
      const timer = setTimeout(() => {
        if (take(heard)) late(heard);
      }, AFTER_MS);
      waiting.set(heard.run, [...(waiting.get(heard.run) ?? []), timer]);
    },
    /** Of several deliveries of one question the first that waits; false where none does. */
    take,
  };
};
