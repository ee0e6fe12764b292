/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit, «Per bot per thread limit», for each kind of call. */
const PERIODS: readonly { sec: number; writes: number; reads: number }[] = [
  { sec: 1, writes: 7, reads: 14 },
  { sec: 2, writes: 8, reads: 16 },
  { sec: 30, writes: 60, reads: 120 },
  { sec: 3_600, writes: 1_800, reads: 3_600 },
];

/**
 * What Teams lets one bot do in one conversation. Refused calls do not count; updates and deletions count as writes, which the page
 * leaves open.
 */
export const conversationLimits = (now: () => number) => {
  const passed = new Map<string, number[]>();
  return {
    /** Null if the call may pass, or after how many seconds it may. */
    take: (conversation: string, kind: 'writes' | 'reads'): number | null => {
      const key = `${kind} ${conversation}`;
      const at = now();
      const times = (passed.get(key) ?? []).filter(time => time > at - 3_600_000);
      passed.set(key, times);
      const waits = PERIODS.flatMap(period => {
        const oldest = times.at(-period[kind]); // the call that has to grow old before another may pass
        const leftMs = oldest === undefined ? 0 : oldest + period.sec * 1_000 - at;
        return leftMs > 0 ? [Math.ceil(leftMs / 1_000)] : [];
      });
      if (waits.length > 0) return Math.max(...waits);
      times.push(at);
      return null;
    },
  };
};
export type ConversationLimits = ReturnType<typeof conversationLimits>;
