import { setTimeout as wait } from 'node:timers/promises';

/** 25 to 50 ms: short beside a probe, and the jitter keeps waiting processes from asking in step. */
export const pause = (signal?: AbortSignal): Promise<void> =>
  wait(25 + Math.random() * 25, undefined, signal ? { signal } : {});
