import type { SecureContext } from 'node:tls';
import { SERVER_NAME } from './certificates.js';
import { converse } from './conversation.js';
import type { ImapAccount } from './imap-accounts.js';
import type { Manner } from './imap-words.js';
import { listen } from './listener.js';
import type { MailCounts, MailManners } from './smtp-mail.js';
import { holdSmtpSession } from './smtp-session.js';
import { banner, refusal, type SmtpRefusal } from './smtp-words.js';

/** One receive connector of the lab. Without `mail` it takes none: every recipient is refused, as by what is no open relay. */
export type SmtpOptions = {
  manner?: Manner;
  certificate?: SecureContext | null;
  account?: Pick<ImapAccount, 'user' | 'password' | 'accepts'> | null;
  /** Live connections that it allows. */
  limits?: { perSource?: number; total?: number };
  /** Connections that others of the same address, seen by Exchange as one, hold all the time. */
  heldByOthers?: number;
  /** Turns everybody away, as when others already fill it. */
  refuses?: SmtpRefusal | null;
  /** SASL mechanisms that it offers once encrypted; none is no AUTH at all. */
  mechanisms?: readonly string[];
  /** MAIL FROM commands of all clients together that are let through; the next is over the rate. */
  messages?: number;
  mail?: MailManners;
  slowMs?: number;
};

export type SmtpCounts = MailCounts & {
  connections: number;
  openNow: number;
  peak: number;
  turnedAway: number;
  authTried: number;
  authRefused: number;
  quits: number;
};
export type SmtpServer = {
  readonly port: number;
  /** In force for the next connection when changed. */
  readonly limits: { perSource: number; total: number };
  readonly counts: () => SmtpCounts;
  readonly stop: () => Promise<void>;
};

/** Starts an SMTP server with Exchange's manners on a free port of `host`. */
export const startExchangeSmtp = async (host: string, options: SmtpOptions = {}): Promise<SmtpServer> => {
  const manner = options.manner ?? '2016';
  const counts: SmtpCounts = {
    connections: 0,
    openNow: 0,
    peak: 0,
    turnedAway: 0,
    authTried: 0,
    authRefused: 0,
    mailFrom: 0,
    recipients: [],
    taken: 0,
    quits: 0,
  };
  const limits = { perSource: Infinity, total: Infinity, ...options.limits };
  const openBy = new Map<string, number>();
  const fullFor = (address: string): SmtpRefusal | null => {
    if (options.refuses) return options.refuses;
    const others = options.heldByOthers ?? 0;
    if (counts.openNow + others >= limits.total) return 'total';
    return (openBy.get(address) ?? 0) + others >= limits.perSource ? 'per-source' : null;
  };

  const listener = await listen(host, async socket => {
    const client = converse(socket, options.slowMs);
    counts.connections += 1;
    const full = fullFor(client.address);
    if (full) {
      counts.turnedAway += 1;
      await client.say(refusal(manner, full));
      client.end();
      return;
    }
    counts.openNow += 1;
    counts.peak = Math.max(counts.peak, counts.openNow);
    openBy.set(client.address, (openBy.get(client.address) ?? 0) + 1);
    client.whenOver(() => {
      counts.openNow -= 1;
      openBy.set(client.address, (openBy.get(client.address) ?? 1) - 1);
    });
    await client.say(banner(SERVER_NAME, new Date()));
    await holdSmtpSession(client, { ...options, manner }, counts);
  });
  return { ...listener, limits, counts: () => ({ ...counts, recipients: [...counts.recipients] }) };
};
