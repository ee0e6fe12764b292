import { z } from 'zod';

/** Milliseconds since 1970 in UTC; handed in, so that tests own the time. */
export type Clock = { readonly now: () => number };

/** A moment as UTC text, `2026-11-21T08:00:00.000Z`. */
export const IsoTime = z.iso.datetime();
export type IsoTime = z.infer<typeof IsoTime>;

export const isoNow = (clock: Clock): IsoTime => {
  const now = clock.now();
  if (now !== last.now) last = { now, text: new Date(now).toISOString() };
  return last.text;
};
/** Many facts are of one millisecond. */
let last = { now: Number.NaN, text: '' };
