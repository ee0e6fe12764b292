import type { Clock } from '../../src/domain/clock.js';

/**
 * Slack takes one message a second in a channel and «several hundred» a minute in all (https://docs.slack.dev/apis/web-api/rate-limits);
 * Teams 30 requests a second of an app (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit). We stay well below, so
 * that answers to people and a second bot process find room.
 */
const GAP_MS: Readonly<Record<string, number>> = { slack: 500, teams: 200 };
const PLACE_GAP_MS = 1_100;
const MOST_CLOSED_MS = 60_000;

/**
 * When which digest may go out, in this process: one after another on a platform, and in one place with a second between. Where a platform
 * asks us to wait, or answers nothing, it is left alone by all for that time; only the one whose turn is next finds out whether it is well.
 */
export const digestPace = (clock: Clock) => {
  const platforms = new Map<string, { nextMs: number; closedUntilMs: number; failures: number }>();
  const places = new Map<string, number>();
  const promised = new Map<string, number>();
  const stateOf = (platform: string) => {
    const known = platforms.get(platform) ?? { nextMs: 0, closedUntilMs: 0, failures: 0 };
    platforms.set(platform, known);
    return known;
  };
  return {
    /** 0: it is this one's turn. Else after how many milliseconds it is; until then that moment is kept for it. */
    turn: (run: string, platform: string, place: string): number => {
      const now = clock.now();
      const state = stateOf(platform);
      const kept = promised.get(run);
      promised.delete(run);
      const isOpen = now >= state.closedUntilMs;
      if (kept !== undefined && kept <= now && isOpen) return 0;
      const where = `${platform} ${place}`;
      if (places.size > MOST_PLACES) forget(now);
      const at = Math.max(now, state.closedUntilMs, state.nextMs, places.get(where) ?? 0);
      state.nextMs = Math.max(state.nextMs, at) + (GAP_MS[platform] ?? 0);
      places.set(where, at + PLACE_GAP_MS);
      if (at <= now) return 0;
      promised.set(run, at);
      return at - now;
    },
    /** @param retryAfterMs as it asked; null where it only failed: then longer each time. */
    busy: (platform: string, place: string, retryAfterMs: number | null): void => {
      const state = stateOf(platform);
      places.delete(`${platform} ${place}`);
      const waitMs = retryAfterMs ?? Math.min(1_000 * 2 ** state.failures, MOST_CLOSED_MS);
      state.failures = Math.min(state.failures + 1, 20);
      state.closedUntilMs = Math.max(state.closedUntilMs, clock.now() + waitMs);
      state.nextMs = state.closedUntilMs;
    },
    well: (platform: string): void => {
      stateOf(platform).failures = 0;
    },
  };

  function forget(now: number): void {
    for (const [place, at] of places) if (at < now) places.delete(place);
    for (const [run, at] of promised) if (at < now - MOST_CLOSED_MS) promised.delete(run); // its job went to another process
  }
};
const MOST_PLACES = 1_000;
