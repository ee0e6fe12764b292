import type { Clock } from '../../domain/clock.js';

/** More than anybody types, less than would keep others waiting. */
const MOST = 30;
const WITHIN_MS = 10_000;

/**
 * Whether somebody asks at the pace of a person. Whoever does not is told so `once`, and then not heard until they have been quiet for
 * some seconds: everything that is signed passes the entrance, whoever or whatever makes a client send it.
 */
export const paces = (clock: Clock): ((who: string) => 'walks' | 'once' | 'runs') => {
  const going = new Map<string, { sinceMs: number; count: number }>();
  return who => {
    const now = clock.now();
    for (const [each, { sinceMs }] of going) if (now - sinceMs > WITHIN_MS) going.delete(each);
    const pace = going.get(who) ?? { sinceMs: now, count: 0 };
    pace.count += 1;
    if (pace.count > MOST) pace.sinceMs = now;
    going.set(who, pace);
    return pace.count <= MOST ? 'walks' : pace.count === MOST + 1 ? 'once' : 'runs';
  };
};
