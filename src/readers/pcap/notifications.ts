import type { CapturedSessions } from '../../domain/evidence/captured-sessions.js';
import type { Notified } from './session.js';

type Facts = NonNullable<CapturedSessions['notifications']>;

/** Pushes of Exchange, counted by id: the pauses tell whether keep-alives came, every five minutes where all is well. */
export type Notifications = {
  posted: (id: string | null, via: readonly string[], nowMs: number) => void;
  answered: (answer: Notified) => void;
  unanswered: (requests: number) => void;
  unsubscribed: () => void;
  told: () => Facts;
};

export const openNotifications = (): Notifications => {
  const heardMs = new Map<string, number>();
  const statuses = new Map<number, number>();
  const via = new Set<string>();
  const servers = new Set<string>();
  const pauses = { over330Sec: 0, over660Sec: 0, over900Sec: 0 };
  let [posts, unanswered, unsubscribed] = [0, 0, 0];
  let longestPauseMs: number | null = null;
  const note = (set: Set<string>, words: string | null) => {
    if (words && set.size < MOST_WORDS) set.add(words);
  };

  return {
    posted: (id, between, nowMs) => {
      posts += 1;
      for (const words of between) note(via, words);
      if (id === null || Number.isNaN(nowMs)) return;
      const before = heardMs.get(id);
      if (before !== undefined || heardMs.size < MOST_IDS) heardMs.set(id, nowMs);
      if (before === undefined || nowMs < before) return;
      const pauseMs = nowMs - before;
      longestPauseMs = Math.max(longestPauseMs ?? 0, pauseMs);
      if (pauseMs > 900_000) pauses.over900Sec += 1;
      else if (pauseMs > 660_000) pauses.over660Sec += 1;
      else if (pauseMs > 330_000) pauses.over330Sec += 1;
    },
    answered: ({ status, server, via: proxy, between }) => {
      if (statuses.has(status) || statuses.size < 20) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      note(servers, server);
      note(via, proxy && `Via: ${proxy}`);
      for (const words of between) note(via, words);
    },
    unanswered: requests => {
      unanswered += requests;
    },
    unsubscribed: () => {
      unsubscribed += 1;
    },
    told: () => ({
      posts,
      ids: heardMs.size,
      statuses: [...statuses].map(([status, count]) => ({ status, count })).sort((a, b) => a.status - b.status),
      unanswered,
      unsubscribed,
      via: [...via],
      servers: [...servers],
      longestPauseMs,
      pauses: { ...pauses },
    }),
  };
};

const MOST_IDS = 10_000;
const MOST_WORDS = 10;
