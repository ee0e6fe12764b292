import { ImapFlow } from 'imapflow';
import { LabError } from './lab-error.js';

/** Where the agents log in, and as whom: the one mailbox account that they share. */
export type AgentsAt = {
  host: string;
  port: number;
  tls: boolean;
  serverName: string;
  ca: string;
  user: string;
  password: string;
};

/** Live sessions on a shared account, held by a real IMAP client. They take seats that nobody else then has. */
export type Agents = {
  /** Sessions that stand now. */
  readonly open: () => number;
  /** Logs more sessions in, each with INBOX open. Throws `LabError` with the server's words when one is refused. */
  readonly login: (sessions: number) => Promise<void>;
  /** Says LOGOUT in every session and waits for its end. */
  readonly logout: () => Promise<void>;
  /** Drops every session without a word. */
  readonly drop: () => void;
};

/** Logins under way at once: more would only make each slower. */
const AT_ONCE = 4;

export const agentsAt = (at: AgentsAt): Agents => {
  const clients = new Set<ImapFlow>();

  const enter = async () => {
    const client = new ImapFlow({
      host: at.host,
      port: at.port,
      secure: at.tls,
      doSTARTTLS: !at.tls,
      servername: at.serverName,
      tls: { ca: at.ca },
      auth: { user: at.user, pass: at.password },
      logger: false,
    });
    client.on('error', () => {}); // the server ended it; `close` follows
    client.once('close', () => clients.delete(client));
    clients.add(client);
    try {
      await client.connect();
      await client.mailboxOpen('INBOX');
    } catch (error) {
      client.close();
      const words = (error as { response?: unknown }).response ?? String(error);
      throw new LabError('an agent of the lab could not log in', { user: at.user, words }, { cause: error });
    }
  };

  return {
    open: () => [...clients].filter(client => client.usable).length,
    login: async sessions => {
      let left = sessions;
      const lane = async () => {
        while (left > 0) {
          left -= 1;
          await enter();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    },
    logout: async () => {
      await Promise.allSettled([...clients].map(client => client.logout()));
    },
    drop: () => {
      for (const client of [...clients]) client.close();
      clients.clear();
    },
  };
};
