import { createHash } from 'node:crypto';
import { z } from 'zod';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Of a watch by command. The file takes less, for a lab. */
export const LEAST_EVERY_MS = MINUTE;
export const LEAST_EVERY_IN_FILE_MS = 5 * SECOND;
export const MOST_EVERY_MS = DAY;
/** A watch never logs in to an account more often than this, but to be sure of a failure that was no refusal. */
export const LEAST_LOGIN_MS = 15 * MINUTE;
export const USUAL_LOGIN_MS = 30 * MINUTE;

/** Which watch is meant, in commands and job ids. */
export const WatchId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'expected lower-case letters, digits and inner hyphens, at most 40 of them',
  )
  .brand<'WatchId'>();
export type WatchId = z.infer<typeof WatchId>;

type Timed = { id: WatchId; everyMs: number };

/** The first look after that moment. Each watch has its own place within its interval, always the same, so that many are spread. */
export const nextLook = (watch: Timed, after: number): number => lookAt(watch, after) + watch.everyMs;

/** The look that is due at that moment. */
export const lookAt = (watch: Timed, now: number): number => {
  const shift = shiftOf(watch);
  return Math.floor((now - shift) / watch.everyMs) * watch.everyMs + shift;
};

const shiftOf = ({ id, everyMs }: Timed): number =>
  createHash('sha256').update(id).digest().readUInt32BE(0) % Math.max(1, everyMs);

/** `30s`, `5m`, `4h`, `1d` in milliseconds; null where it is none of them. */
export const spanMs = (text: string): number | null => {
  const read = /^(\d{1,4})(s|sec|m|min|h|d)$/i.exec(text.trim());
  const ms = Number(read?.[1]) * (UNIT[read?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  return ms > 0 ? ms : null;
};
const UNIT: Readonly<Record<string, number>> = {
  s: SECOND,
  sec: SECOND,
  m: MINUTE,
  min: MINUTE,
  h: 60 * MINUTE,
  d: DAY,
};

/** `5 min`, `4 h`: as people say it. */
export const spanWords = (ms: number): string => {
  if (ms >= DAY && ms % DAY === 0) return ms === DAY ? '24 h' : `${ms / DAY} days`;
  if (ms >= 60 * MINUTE && ms % (60 * MINUTE) === 0) return `${ms / (60 * MINUTE)} h`;
  return ms >= MINUTE && ms % MINUTE === 0 ? `${ms / MINUTE} min` : `${ms / SECOND} s`;
};
