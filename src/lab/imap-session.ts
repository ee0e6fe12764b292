import type { SecureContext } from 'node:tls';
import type { Conversation } from './conversation.js';
import type { AccountBook, ImapSeat } from './imap-accounts.js';
import { type ImapCommand, readCommand } from './imap-command.js';
import { imapHandlers } from './imap-handlers.js';
import {
  IDLE_TOO_LONG,
  INVALID_STATE,
  type LoginType,
  type Manner,
  NOT_CONNECTED,
  TOO_MANY_FAILURES,
  UNKNOWN_COMMAND,
} from './imap-words.js';
import type { Inbox } from './inbox.js';

/** How one IMAP server of the lab behaves. */
export type ImapManners = {
  manner: Manner;
  /** Whether the line that ends a session names the year, as up to 2016. */
  namesYear: boolean;
  greeting: string;
  loginType: LoginType;
  /** Null: none is assigned to IMAP, so TLS is not offered. */
  certificate: SecureContext | null;
  mechanisms: readonly string[];
  inbox: Inbox;
  /** INBOX opens for reading only. */
  readOnly: boolean;
  preAuthIdleMs: number;
  idleMs: number;
  /** Answers of a scenario's own, by command name; they come before the usual ones. */
  script: Readonly<Record<string, ImapHandler>>;
};
export type ImapHandler = (session: ImapSession, command: ImapCommand) => Promise<void>;
export type ImapSession = {
  readonly client: Conversation;
  readonly server: ImapManners;
  readonly accounts: AccountBook;
  /** Says the tagged answer. */
  readonly answer: (command: ImapCommand, text: string) => Promise<void>;
  /** Says why and ends. */
  readonly hangUp: (words: string) => Promise<void>;
  /** Says what has changed in the folder since it was said last. */
  readonly tellNews: () => Promise<void>;
  /** Whether INBOX is open, and for what; told from there on of what changes. */
  readonly selected: 'to-read' | 'to-write' | null;
  readonly watch: (how: 'to-read' | 'to-write') => void;
  readonly unwatch: () => void;
  /** While it idles: news is told at once. */
  idles: boolean;
  seat: ImapSeat | null;
  failures: number;
  ended: boolean;
};

/** Failed logins, and commands that make no sense, until Exchange hangs up. */
const MAX_FAILURES = { login: 3, command: 10 };

/** Greets and answers until the client leaves or is sent away. The seat is always given back. */
export const holdImapSession = async (client: Conversation, server: ImapManners, accounts: AccountBook) => {
  const news: string[] = [];
  let selected: ImapSession['selected'] = null;
  let end = () => {};
  const session: ImapSession = {
    client,
    server,
    accounts,
    answer: (command, text) => client.say(`${command.tag} ${text}\r\n`),
    hangUp: async words => {
      session.ended = true;
      await client.say(words);
      client.end();
    },
    tellNews: async () => {
      const told = news.splice(0).join('');
      if (told !== '') await client.say(told);
    },
    get selected() {
      return selected;
    },
    watch: how => {
      session.unwatch();
      selected = how;
      end = server.inbox.watch(line => {
        news.push(line);
        if (session.idles) void session.tellNews();
      });
    },
    unwatch: () => {
      end();
      selected = null;
      news.length = 0;
    },
    idles: false,
    seat: null,
    failures: 0,
    ended: false,
  };
  client.whenOver(() => {
    session.unwatch();
    session.seat?.leave();
  });
  client.whenIdle(server.preAuthIdleMs, () => session.hangUp(IDLE_TOO_LONG));
  let nonsense = 0;
  await client.say(server.greeting);
  while (!session.ended) {
    const command = await readCommand(client);
    if (command === null) return;
    if (command === 'unreadable') await client.say(`* ${UNKNOWN_COMMAND}\r\n`);
    else await handle(session, command);
    if (command === 'unreadable' || !(command.name in imapHandlers)) nonsense += 1;
    if (nonsense >= MAX_FAILURES.command || session.failures >= MAX_FAILURES.login) {
      await session.hangUp(TOO_MANY_FAILURES);
    }
  }
};

const handle = async (session: ImapSession, command: ImapCommand): Promise<void> => {
  const scripted = session.server.script[command.name];
  if (scripted) return scripted(session, command);
  const handler = imapHandlers[command.name];
  if (!handler) return session.answer(command, UNKNOWN_COMMAND);
  if (handler.needs === 'mailbox-server') {
    if (!session.seat) return session.answer(command, INVALID_STATE);
    if (!session.seat.connected) return session.answer(command, NOT_CONNECTED);
  }
  return handler.run(session, command);
};
