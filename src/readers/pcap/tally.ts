import type { CapturedRefusal, CapturedSessions } from '../../domain/evidence/captured-sessions.js';
import type { BodyOf } from '../../domain/evidence/index.js';
import { type Notifications, openNotifications } from './notifications.js';
import type { Login } from './secrets.js';
import type { Refused, Session } from './session.js';
import { isoOf } from './times.js';

type Client = {
  address: string;
  sessions: number;
  open: number;
  mostOpen: number;
  working: number;
  mostWorking: number;
  refused: number;
};
type Account = { working: number; mostWorking: number };
type Break = BodyOf<'captured-sessions'>['breaks'][number];
type Kept = CapturedRefusal & { credentials: string | null };
type Server = {
  body: Pick<CapturedSessions, 'leg' | 'server' | 'port'>;
  fromMs: number;
  untilMs: number;
  counts: Record<
    | 'sessions'
    | 'begun'
    | 'encrypted'
    | 'open'
    | 'mostOpen'
    | 'working'
    | 'refused'
    | 'unanswered'
    | 'turnedAway'
    | 'missingBytes'
    | 'dropped',
    number
  >;
  resets: { byClient: number; byServer: number };
  clients: Map<string, Client>;
  accounts: Map<string, Account>;
  accepted: Set<string>;
  refusals: Kept[];
  breaks: Map<string, Break>;
  greetings: number[];
  greeted: number;
  longestMs: number;
  notifications: Notifications;
};
/** A session with the books in which it stands. */
export type Booked = Session & { books: Server; of: Client; isOpen: boolean; standsFor: Account | null };
type Moment = { nowMs: number; packet: number };

/** Counts the conversations of a capture by server, in bounded memory whatever it holds. */
export const openTally = () => {
  const servers = new Map<string, Server>();

  const serverOf = (body: Server['body']): Server => {
    const key = `${body.leg} ${body.server} ${body.port}`;
    const known = servers.get(key);
    if (known) return known;
    const books = newServer(body);
    // What there are more of is still counted, in books that nobody reads.
    if (servers.size < MAX_SERVERS) servers.set(key, books);
    return books;
  };

  return {
    open: (session: Session): Booked => {
      const books = serverOf({ leg: session.leg, server: session.server, port: session.port });
      const of = books.clients.get(session.client) ?? newClient(session.client);
      if (books.clients.size < MAX_CLIENTS) books.clients.set(session.client, of);
      if (session.askedMs !== null) books.counts.begun += 1;
      books.counts.sessions += 1;
      of.sessions += 1;
      return Object.assign(session, { books, of, isOpen: false, standsFor: null });
    },
    connected: (session: Booked): void => {
      session.isOpen = true;
      const { books, of } = session;
      books.counts.open += 1;
      of.open += 1;
      books.counts.mostOpen = Math.max(books.counts.mostOpen, books.counts.open);
      of.mostOpen = Math.max(of.mostOpen, of.open);
    },
    works: (session: Booked, login: Login | null): void => {
      const { books, of } = session;
      if (session.stage === 'encrypted') books.counts.encrypted += 1;
      if (login?.credentials && books.accepted.size < MAX_ACCOUNTS) books.accepted.add(login.credentials);
      if (!session.isOpen) return;
      if (!session.works) {
        session.works = true;
        books.counts.working += 1;
        of.working += 1;
        of.mostWorking = Math.max(of.mostWorking, of.working);
      }
      if (!login?.account || session.standsFor) return;
      const account = books.accounts.get(login.account) ?? { working: 0, mostWorking: 0 };
      if (books.accounts.size < MAX_ACCOUNTS) books.accounts.set(login.account, account);
      session.account = login.account;
      session.standsFor = account;
      account.working += 1;
      account.mostWorking = Math.max(account.mostWorking, account.working);
    },
    closed: (session: Booked): void => {
      if (!session.isOpen) return;
      session.isOpen = false;
      session.books.counts.open -= 1;
      session.of.open -= 1;
      if (session.works) {
        session.works = false;
        session.books.counts.working -= 1;
        session.of.working -= 1;
      }
      if (session.standsFor) session.standsFor.working -= 1;
      session.standsFor = null;
    },
    /** Returns how many stood beside it: of its account where that is known, otherwise of its client. */
    refused: (session: Booked, { stage, command, text, login }: Refused, { nowMs, packet }: Moment): number => {
      const { books, of } = session;
      if (login?.account && !books.accounts.has(login.account) && books.accounts.size < MAX_ACCOUNTS)
        books.accounts.set(login.account, { working: 0, mostWorking: 0 });
      const isBefore = stage === 'connect' || stage === 'greeting';
      const self = isBefore ? Number(session.isOpen) : Number(session.works);
      const account = login?.account ? books.accounts.get(login.account) : undefined;
      const beside = {
        ofClient: (isBefore ? of.open : of.working) - self,
        ofAccount: account ? account.working - Number(session.standsFor === account) : null,
        ofServer: (isBefore ? books.counts.open : books.counts.working) - self,
      };
      if (stage !== 'later') {
        books.counts.refused += 1;
        of.refused += 1;
      }
      const { client, mechanism } = session;
      if (books.refusals.length < MAX_REFUSALS)
        books.refusals.push({
          ...{
            at: isoOf(nowMs),
            packet,
            client,
            stage,
            command,
            mechanism: stage === 'login' ? mechanism : null,
            text,
            beside,
          },
          sameLoginAccepted: null,
          credentials: login?.credentials ?? null,
        });
      return beside.ofAccount ?? beside.ofClient;
    },
    broke: (session: Booked, by: 'client' | 'server', how: 'reset' | 'closed', { nowMs, packet }: Moment): void => {
      const { breaks } = session.books;
      const { stage, command, mechanism } = session;
      const key = [stage, command, mechanism, by, how].join(' ');
      const known = breaks.get(key);
      if (known) known.count += 1;
      else if (breaks.size < MAX_BREAKS)
        breaks.set(key, {
          stage,
          command,
          mechanism: stage === 'login' ? mechanism : null,
          by,
          how,
          count: 1,
          firstPacket: packet,
          firstAt: isoOf(nowMs),
        });
    },
    greeted: ({ books }: Booked, tookMs: number): void => {
      books.greeted += 1;
      books.longestMs = Math.max(books.longestMs, tookMs);
      if (books.greetings.length < MAX_GREETINGS) books.greetings.push(tookMs);
    },
    facts: (): BodyOf<'captured-sessions'>[] =>
      [...servers.values()].filter(({ counts }) => counts.sessions > 0).map(factOf),
    /** Accounts that were told apart, over all servers of IMAP and SMTP. */
    accounts: (): number => new Set([...servers.values()].flatMap(({ accounts }) => [...accounts.keys()])).size,
  };
};

const factOf = (books: Server): BodyOf<'captured-sessions'> => {
  const { open, working, ...counts } = books.counts;
  const clients = [...books.clients.values()].sort(
    (a, b) => b.sessions - a.sessions || (a.address < b.address ? -1 : 1),
  );
  const accounts = [...books.accounts.values()];
  const greetings = [...books.greetings].sort((a, b) => a - b);
  return {
    ...books.body,
    from: isoOf(books.fromMs),
    until: isoOf(books.untilMs),
    ...counts,
    mostOfOneAccount: accounts.length > 0 ? Math.max(...accounts.map(({ mostWorking }) => mostWorking)) : null,
    accounts: accounts.length,
    clients: clients.slice(0, 20).map(({ open, working, ...client }) => client),
    clientsInAll: clients.length,
    refusals: books.refusals.map(({ credentials, ...refusal }) => ({
      ...refusal,
      sameLoginAccepted: credentials === null ? null : books.accepted.has(credentials),
    })),
    breaks: [...books.breaks.values()],
    resets: books.resets,
    greeting:
      greetings.length === 0
        ? null
        : {
            count: books.greeted,
            medianMs: greetings[Math.floor(greetings.length / 2)] ?? 0,
            longestMs: books.longestMs,
          },
    notifications: books.body.leg === 'notify' ? books.notifications.told() : null,
  };
};

const newServer = (body: Server['body']): Server => ({
  body,
  fromMs: Number.NaN,
  untilMs: Number.NaN,
  counts: {
    ...{ sessions: 0, begun: 0, encrypted: 0, open: 0, mostOpen: 0, working: 0 },
    ...{ refused: 0, unanswered: 0, turnedAway: 0, missingBytes: 0, dropped: 0 },
  },
  resets: { byClient: 0, byServer: 0 },
  clients: new Map(),
  accounts: new Map(),
  accepted: new Set(),
  refusals: [],
  breaks: new Map(),
  greetings: [],
  greeted: 0,
  longestMs: 0,
  notifications: openNotifications(),
});

const newClient = (address: string): Client => ({
  ...{ address, sessions: 0, open: 0, mostOpen: 0, working: 0, mostWorking: 0, refused: 0 },
});

const MAX_SERVERS = 8;
const MAX_CLIENTS = 10_000;
const MAX_ACCOUNTS = 10_000;
const MAX_REFUSALS = 10;
const MAX_BREAKS = 20;
const MAX_GREETINGS = 1000;
