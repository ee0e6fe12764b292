import type { Clock } from '../../domain/clock.js';
import type { Heard } from './incoming.js';

const WITHIN_MS = 2_000;

/** Tells the second half of a double click: the same person, message and button within two seconds, which Teams delivers as two. */
export const doubleClicks = (clock: Clock): ((heard: Heard) => boolean) => {
  const latest = new Map<string, number>();
  return ({ handle, button }) => {
    const now = clock.now();
    for (const [key, at] of latest) if (now - at > WITHIN_MS) latest.delete(key);
    const key = JSON.stringify([handle.conversation, handle.message, handle.user, button]);
    const isSecond = latest.has(key);
    latest.set(key, now);
    return isSecond;
  };
};
