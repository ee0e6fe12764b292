import { converse } from './conversation.js';
import { type AccountCounts, accountBook, type ImapAccount, type ImapLimits, SHIPPED_LIMITS } from './imap-accounts.js';
import { holdImapSession, type ImapManners } from './imap-session.js';
import { GREETING } from './imap-words.js';
import { type Inbox, openInbox } from './inbox.js';
import { listen } from './listener.js';

/** One IMAP4 server of the lab: what it speaks, whom it knows and how many it lets in. */
export type ImapOptions = Partial<ImapManners> & {
  /** True: TLS from the first byte, as on 993. */
  tls?: boolean;
  accounts: readonly ImapAccount[];
  limits?: Partial<ImapLimits>;
  /** Messages of customers that INBOX holds at first. */
  messages?: number;
  slowMs?: number;
};

/** `connections` counts every one that came; `turnedAway` those that ended before the greeting, over a limit. */
export type ImapCounts = {
  connections: number;
  openNow: number;
  peak: number;
  turnedAway: number;
  accounts: Record<string, AccountCounts>;
};

export type ImapServer = {
  readonly port: number;
  /** In force for the next login or connection when changed. */
  readonly limits: ImapLimits;
  /** As the directory knows them; a change counts for the next login. */
  readonly accounts: readonly ImapAccount[];
  /** Every account of the server opens this one. */
  readonly inbox: Inbox;
  readonly counts: () => ImapCounts;
  readonly stop: () => Promise<void>;
};

/** Starts an IMAP4 server with Exchange's manners on a free port of `host`. */
export const startExchangeImap = async (host: string, options: ImapOptions): Promise<ImapServer> => {
  const limits = { ...SHIPPED_LIMITS, ...options.limits };
  const accounts = accountBook(options.accounts, limits);
  const inbox = options.inbox ?? openInbox(options.messages ?? 3);
  const server: ImapManners = { ...USUAL, ...options, inbox };
  const openBy = new Map<string, number>();
  const counts = { connections: 0, openNow: 0, peak: 0, turnedAway: 0 };

  const listener = await listen(host, async socket => {
    const client = converse(socket, options.slowMs);
    const fromThere = openBy.get(client.address) ?? 0;
    counts.connections += 1;
    if (counts.openNow >= limits.total || fromThere >= limits.perAddress) {
      counts.turnedAway += 1;
      client.end();
      return;
    }
    counts.openNow += 1;
    counts.peak = Math.max(counts.peak, counts.openNow);
    openBy.set(client.address, fromThere + 1);
    client.whenOver(() => {
      counts.openNow -= 1;
      openBy.set(client.address, (openBy.get(client.address) ?? 1) - 1);
    });
    if (options.tls && server.certificate && !(await client.secure(server.certificate))) return;
    await holdImapSession(client, server, accounts);
  });
  return {
    ...listener,
    limits,
    inbox,
    accounts: options.accounts,
    counts: () => ({ ...counts, accounts: accounts.counts() }),
  };
};

/** Exchange 2016 as it is shipped; the timeouts are those of Get-ImapSettings. */
const USUAL: Omit<ImapManners, 'inbox'> = {
  manner: '2016',
  namesYear: true,
  greeting: GREETING,
  loginType: 'SecureLogin',
  certificate: null,
  mechanisms: ['PLAIN', 'NTLM', 'GSSAPI'],
  readOnly: false,
  preAuthIdleMs: 60_000,
  idleMs: 30 * 60_000,
  script: {},
};
