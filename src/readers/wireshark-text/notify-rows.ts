import { openNotifications } from '../pcap/notifications.js';
import type { Reading } from '../reader.js';
import type { Row } from './rows.js';

/** Rows of notifications: a POST to Unity Connection's NotificationService, and what it answers. */
export const openNotifyRows = ({ observe }: Reading) => {
  const notifications = openNotifications();
  const senders = new Map<string, number>();
  let server: string | null = null;
  let posts = 0;
  let begun = 0;

  return {
    take: ({ atMs, from, to, info }: Row): void => {
      if (/ (?:empowerid|7080) \[SYN\]/.test(info)) begun += 1;
      const id = /^POST \/NotificationService\/\S{0,100}[?&]id=([0-9A-Za-z-]{1,64})/.exec(info)?.[1];
      if (id) {
        posts += 1;
        server ??= to;
        if (senders.has(from) || senders.size < 1000) senders.set(from, (senders.get(from) ?? 0) + 1);
        notifications.posted(id, [], atMs);
        return;
      }
      const status = /^HTTP\/1\.\d (\d{3})\b/.exec(info)?.[1];
      if (status && from === server)
        notifications.answered({ status: Number(status), server: null, via: null, between: [], tookMs: 0 });
    },
    end: (): void => {
      if (posts === 0 || server === null) return;
      observe(
        'captured-sessions',
        {
          ...{ leg: 'notify', server, port: 7080, from: null, until: null },
          // Exchange opens a connection for each.
          ...{ sessions: posts, begun, encrypted: 0, mostOpen: 0, mostOfOneAccount: null, accounts: 0 },
          clients: [...senders]
            .slice(0, 20)
            .map(([address, sessions]) => ({ address, sessions, mostOpen: 0, mostWorking: 0, refused: 0 })),
          ...{ clientsInAll: senders.size, refused: 0, refusals: [], breaks: [], unanswered: 0, turnedAway: 0 },
          ...{ resets: { byClient: 0, byServer: 0 }, greeting: null, missingBytes: 0, dropped: 0 },
          notifications: notifications.told(),
        },
        null,
      );
    },
  };
};
