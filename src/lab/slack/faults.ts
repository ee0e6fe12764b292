/** What goes wrong with the next calls of a method. `times` counts down; without it the fault stays until it is lifted. */
export type SlackFault =
  | { is: 'rate-limited'; retryAfterSec: number; times?: number }
  | { is: 'status'; status: number; times?: number }
  | { is: 'error'; error: string; times?: number }
  | { is: 'slow'; ms: number; times?: number }
  /** Answered as usual, and not before this settles. */
  | { is: 'held'; until: Promise<unknown>; times?: number }
  | { is: 'hang'; times?: number }
  | { is: 'reset'; times?: number };

/** Faults by method name (`chat.postMessage`, `response_url`, `upload`); `*` is every one. */
export const slackFaults = () => {
  const set = new Map<string, { fault: SlackFault; left: number }>();
  let deliveries = 1;
  return {
    set: (method: string, fault: SlackFault): void => {
      set.set(method, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear: (): void => {
      set.clear();
      deliveries = 1;
    },
    /** Every event and command is delivered so often from now on. */
    deliverTimes: (times: number): void => {
      deliveries = times;
    },
    deliveries: (): number => deliveries,
    take: (method: string): SlackFault | null => {
      const entry = set.get(method) ?? set.get('*');
      if (!entry || entry.left <= 0) return null;
      entry.left -= 1;
      return entry.fault;
    },
  };
};
export type SlackFaults = ReturnType<typeof slackFaults>;
