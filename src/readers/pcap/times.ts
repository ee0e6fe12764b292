import type { IsoTime } from '../../domain/clock.js';

/** A time of a capture, null where it has none or one that no clock shows. */
export const isoOf = (ms: number): IsoTime | null => (ms >= 0 && ms < LATEST_MS ? new Date(ms).toISOString() : null);

/** The year 9999: a later one is written in a form that nobody reads. */
const LATEST_MS = 253_402_300_799_000;
