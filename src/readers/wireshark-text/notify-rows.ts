import { openNotifications } from '../pcap/notifications.js';
import type { Reading } from '../reader.js';
import type { Row } from './rows.js';

/** Rows of notifications, by the server that they go to: connections that are asked for, POSTs to its NotificationService, and what it answers. */
export const openNotifyRows = ({ observe }: Reading) => {
  const books = new Map<string, Book>();
  const bookOf = (server: string): Book | null => {
    const known = books.get(server);
    if (known || books.size >= MOST_SERVERS) return known ?? null;
    const book = newBook();
    books.set(server, book);
    return book;
  };

  return {
    take: ({ atMs, from, to, info }: Row): void => {
      const [, again, port, flags] = ASKED.exec(info) ?? [];
      const asked = port && to ? bookOf(to) : null;
      if (asked && flags === 'SYN') {
        ask(asked, `${from} ${port}`, again !== undefined);
        return;
      }
      const id = /^POST \/NotificationService\/\S{0,100}[?&]id=([0-9A-Za-z-]{1,64})/.exec(info)?.[1];
      const posted = id && to ? bookOf(to) : null;
      if (id && posted) {
        const { senders } = posted;
        posted.posts += 1;
        if (senders.has(from) || senders.size < 1000) senders.set(from, (senders.get(from) ?? 0) + 1);
        posted.notifications.posted(id, [], atMs);
        return;
      }
      const own = books.get(from);
      if (!own) return;
      const [, status] = /^HTTP\/1\.\d (\d{3})\b/.exec(info) ?? [];
      if (status)
        own.notifications.answered({ status: Number(status), server: null, via: null, between: [], tookMs: 0 });
      const [, back, answer] = ANSWERED.exec(info) ?? [];
      if (back && own.asked.delete(`${to} ${back}`) && answer === 'RST') own.turnedAway += 1;
    },
    end: (): void => {
      for (const [server, book] of books) tell(server, book);
    },
  };

  function ask(book: Book, connection: string, isAgain: boolean): void {
    if (!book.asked.has(connection)) {
      if (isAgain || book.asked.size >= MOST_ASKED) return;
      book.begun += 1;
    }
    book.asked.set(connection, isAgain);
  }

  function tell(server: string, { notifications, senders, posts, begun, asked, turnedAway }: Book): void {
    // One that is asked for once may be answered in a row that was not copied; who asks again has had no answer.
    const unanswered = posts > 0 ? 0 : [...asked.values()].filter(isAgain => isAgain).length;
    if (posts + unanswered + turnedAway === 0) return;
    observe(
      'captured-sessions',
      {
        ...{ leg: 'notify', server, port: 7080, from: null, until: null },
        // Exchange opens a connection for each.
        ...{ sessions: Math.max(posts, begun), begun, encrypted: 0, mostOpen: 0, mostOfOneAccount: null, accounts: 0 },
        clients: [...senders]
          .slice(0, 20)
          .map(([address, sessions]) => ({ address, sessions, mostOpen: 0, mostWorking: 0, refused: 0 })),
        ...{ clientsInAll: senders.size, refused: 0, refusals: [], breaks: [], unanswered, turnedAway },
        ...{ resets: { byClient: 0, byServer: 0 }, greeting: null, missingBytes: 0, dropped: 0 },
        notifications: notifications.told(),
      },
      null,
    );
  }
};

type Book = {
  notifications: ReturnType<typeof openNotifications>;
  senders: Map<string, number>;
  posts: number;
  begun: number;
  /** Connections that were asked for and have no answer yet, and whether they were asked for again. */
  asked: Map<string, boolean>;
  turnedAway: number;
};
const newBook = (): Book => ({
  ...{ notifications: openNotifications(), senders: new Map<string, number>(), posts: 0, begun: 0 },
  ...{ asked: new Map<string, boolean>(), turnedAway: 0 },
});

const MOST_SERVERS = 20;
const MOST_ASKED = 10_000;
/** Wireshark names the port after what the registry has for it. */
const ASKED = /^(\[TCP [A-Za-z ]{1,30}\] )?(\S{1,30}) \S{1,2} (?:empowerid|7080) \[(SYN)\]/;
const ANSWERED = /(?:^|\] )(?:empowerid|7080) \S{1,2} (\S{1,30}) \[(SYN, ACK|RST)\b/;
