import { createHash } from 'node:crypto';
import type { Clock } from '../../domain/clock.js';

/** Remembers what was let in, so that a recorded request opens nothing a second time. */
export type Replays = {
  /** False where it was let in before. */
  take: (key: string, untilMs: number) => boolean;
  /** It was let in but came to nothing: the platform may deliver it again. */
  give: (key: string) => void;
};

/** Half an hour of the most that one tenant may send (30 a second). */
const ROOM = 50_000;

export const replays = (clock: Clock): Replays => {
  const seen = new Map<string, number>();
  return {
    take: (key, untilMs) => {
      const until = seen.get(key);
      if (until !== undefined && until > clock.now()) return false;
      seen.delete(key);
      seen.set(key, untilMs);
      const oldest = seen.keys().next().value;
      if (seen.size > ROOM && oldest !== undefined) seen.delete(oldest);
      return true;
    },
    give: key => void seen.delete(key),
  };
};

/** The id that the platform gave, within its conversation. An edit keeps the id of its message, so there the time tells two apart. */
export const replayKey = ({ type, id, timestamp, conversation }: Record<string, unknown>): string => {
  const at = type === 'message' || type === 'invoke' ? '' : timestamp;
  const parts = JSON.stringify([type, (conversation as { id?: unknown } | undefined)?.id, id, at]);
  return createHash('sha256').update(parts).digest('base64url');
};
