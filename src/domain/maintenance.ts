import { lastSlot, nextSlot } from './digest-slots.js';
import type { Maintenance, Quiet, WindowMemory } from './quiet.js';
import type { WindowTimes } from './quiet-limits.js';

/** One time that a window is open; the end does not belong to it. */
export type Occurrence = { fromMs: number; untilMs: number };

type Timed = Pick<Maintenance, 'times' | 'zone'>;

/** The one that is open at that moment. It begins by the clock on the wall and lasts as long as it lasts, whatever the clocks do. */
export const occurrenceAt = ({ times, zone }: Timed, at: number): Occurrence | null => {
  if (times.is === 'once') {
    const once = onceOf(times);
    return once.fromMs <= at && at < once.untilMs ? once : null;
  }
  const fromMs = lastSlot({ when: { is: 'cron', pattern: times.pattern }, zone }, at, times.forMs - 1);
  return fromMs === null ? null : { fromMs, untilMs: fromMs + times.forMs };
};

/** The first that begins after that moment; null where none does any more. */
export const nextOccurrence = ({ times, zone }: Timed, after: number): Occurrence | null => {
  if (times.is === 'once') {
    const once = onceOf(times);
    return once.fromMs > after ? once : null;
  }
  const fromMs = nextSlot({ when: { is: 'cron', pattern: times.pattern }, zone }, after);
  return fromMs === null ? null : { fromMs, untilMs: fromMs + times.forMs };
};

/** It will never be open again. */
const isOver = (window: Timed, at: number): boolean =>
  occurrenceAt(window, at) === null && nextOccurrence(window, at) === null;

/** Whether one would begin before the one before has ended; then nobody could tell what an end means. */
export const overlapsItself = (window: Timed, from: number): boolean => {
  let before = nextOccurrence(window, from);
  for (let looked = 0; before && looked < LOOKED_AT; looked++) {
    const next = nextOccurrence(window, before.fromMs);
    if (next && next.fromMs < before.untilMs) return true;
    before = next;
  }
  return false;
};
/** The shortest pause of a line of cron shows within so many. */
const LOOKED_AT = 30;

/** Its beginning and its end, each told once where the window was made. */
export type WindowEvent = Occurrence & { is: 'start' | 'end' };

/** What was missed is told for so long after its time, and says that it is late. */
const GRACE_MS = 2 * 3_600_000;
/** More than a window has within its grace time. */
const REMEMBERED = 50;

export const momentOfEvent = ({ is, fromMs, untilMs }: WindowEvent): number => (is === 'start' ? fromMs : untilMs);
const nameOf = (event: WindowEvent): string => `${event.is} ${momentOfEvent(event)}`;

/**
 * What is to be told up to `aheadMs` after now. Rests on what was told and not on what was planned, so that neither a restart nor a
 * clock that steps doubles anything. A beginning that was missed until its end is not told any more; the end is.
 */
export const dueEvents = (window: Timed, memory: WindowMemory, now: number, aheadMs: number): WindowEvent[] => {
  const from = now - GRACE_MS;
  const lasts = window.times.is === 'again' ? window.times.forMs : 0;
  const events: WindowEvent[] = [];
  const first = window.times.is === 'once' ? onceOf(window.times) : nextOccurrence(window, from - lasts - 1);
  for (let one = first, seen = 0; one && one.fromMs <= now + aheadMs && seen < 500; seen++) {
    if (one.untilMs > now) events.push({ is: 'start', ...one });
    events.push({ is: 'end', ...one });
    one = window.times.is === 'once' ? null : nextOccurrence(window, one.fromMs);
  }
  return events.filter(event => {
    const at = momentOfEvent(event);
    return at >= from && at <= now + aheadMs && at > memory.since && !wasTold(memory, event);
  });
};

export const wasTold = (memory: WindowMemory, event: WindowEvent): boolean => memory.told.includes(nameOf(event));

export const withTold = (memory: WindowMemory, event: WindowEvent): WindowMemory => ({
  ...memory,
  told: [...memory.told.filter(each => each !== nameOf(event)), nameOf(event)].slice(-REMEMBERED),
});

/** Equal where two windows are open at the same times. */
export const timesOf = ({ times, zone }: Timed): string =>
  times.is === 'once' ? `${times.from} ${times.until}` : `${times.pattern} for ${times.forMs} ${zone}`;

/** It counts no more, and nothing is left to tell of it. */
export const isForgettable = (quiet: Quiet, now: number): boolean =>
  quiet.is === 'maintenance' ? isOver(quiet, now - GRACE_MS) : Date.parse(quiet.until) <= now;

const onceOf = ({ from, until }: Extract<WindowTimes, { is: 'once' }>): Occurrence => ({
  fromMs: Date.parse(from),
  untilMs: Date.parse(until),
});
