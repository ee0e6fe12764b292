import { z } from 'zod';

/** Milliseconds since 1970 in UTC; handed in, so that tests own the time. */
export type Clock = { readonly now: () => number };

/** A moment as UTC text, `2026-11-21T08:00:00.000Z`. */
export const IsoTime = z.iso.datetime();
export type IsoTime = z.infer<typeof IsoTime>;

export const isoNow = (clock: Clock): IsoTime => {
  const now = Math.trunc(clock.now());
  const second = Math.floor(now / 1000);
  if (second !== last.second) last = { second, text: new Date(second * 1000).toISOString().slice(0, -'000Z'.length) };
  return `${last.text}${String(now - second * 1000).padStart(3, '0')}Z`;
};
/** Many facts are of one second. */
let last = { second: Number.NaN, text: '' };
