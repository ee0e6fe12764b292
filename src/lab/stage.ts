import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Agents, agentsAt } from './agents.js';
import { startBalancer } from './balancer.js';
import { type Certificates, SERVER_NAME } from './certificates.js';
import { closedPort, filteredPort } from './dead-ports.js';
import { type ImapOptions, type ImapServer, startExchangeImap } from './exchange-imap.js';
import { type SmtpOptions, type SmtpServer, startExchangeSmtp } from './exchange-smtp.js';
import { startExchangeWeb, type WebOptions, type WebServer } from './exchange-web.js';
import type { Hostile } from './hostile.js';
import type { ImapAccount } from './imap-accounts.js';
import { type Listener, listen } from './listener.js';
import { type NotifyServer, startNotifyProxy, startOtherWeb, startUnityNotify } from './unity-notify.js';

/** Everything that a scenario may stand up. What it starts is counted and ended with the stage. */
export type Stage = {
  readonly id: string;
  /** How targets name this machine. */
  readonly host: string;
  readonly certificates: Certificates;
  /** The shared mailbox account of this scenario, with a password made for this run. */
  readonly account: ImapAccount & { identity: string };
  /** A mailbox of its own for deep checks, which nobody works with; a scenario adds it to its IMAP server. */
  readonly testAccount: ImapAccount;
  /** Keeps a password where a worker can read it; gives the reference that a target carries. A second one of a scenario has a name. */
  readonly secret: (password: string, name?: string) => Promise<string>;
  readonly imap: (options?: Partial<ImapOptions>) => Promise<ImapServer>;
  readonly smtp: (options?: SmtpOptions) => Promise<SmtpServer>;
  readonly notify: (options?: { slowMs?: number; ill?: boolean }) => Promise<NotifyServer>;
  readonly otherWeb: () => Promise<NotifyServer>;
  /** One port before several others: each connection goes to the next of them. */
  readonly balancer: (...ports: readonly [number, number, ...number[]]) => Promise<number>;
  readonly notifyProxy: (upstreamPort: number) => Promise<NotifyServer>;
  readonly web: (options?: Partial<WebOptions>) => Promise<WebServer>;
  /** Logs that many agents' sessions in to the account, each with INBOX open. */
  readonly agents: (server: ImapServer, sessions: number, options?: { tls?: boolean }) => Promise<Agents>;
  readonly closedPort: () => Promise<number>;
  readonly filteredPort: () => Promise<number>;
  readonly hostile: (hostile: Hostile) => Promise<number>;
};

/** What a running stage can be asked from outside, and its end. */
export type StageEnd = {
  readonly imap: () => ImapServer | null;
  readonly smtp: () => SmtpServer | null;
  readonly notify: () => NotifyServer | null;
  readonly web: () => WebServer | null;
  readonly agents: () => Agents | null;
  readonly stop: () => Promise<void>;
};

/**
 * @param at.listen the address to listen on; @param at.host how targets name it
 * @param at.folder where secrets are written, one file a scenario
 */
export const openStage = (
  id: string,
  at: { listen: string; host: string; folder: string; certificates: Certificates },
): { stage: Stage; end: StageEnd } => {
  const { certificates } = at;
  const ends: (() => unknown)[] = [];
  let imapServer: ImapServer | null = null;
  let smtpServer: SmtpServer | null = null;
  let notifyServer: NotifyServer | null = null;
  let webServer: WebServer | null = null;
  let agents: Agents | null = null;
  const account = {
    user: `CONTOSO\\uccx-${id}`,
    identity: `uccx-${id}@contoso.test`,
    password: randomBytes(18).toString('base64url'),
  };
  const testAccount = { user: `CONTOSO\\uccx-test-${id}`, password: randomBytes(18).toString('base64url') };
  const kept = <Started extends { stop: () => Promise<void> }>(started: Started): Started => {
    ends.push(started.stop);
    return started;
  };
  const portOf = async (listener: Promise<Listener>) => kept(await listener).port;

  const stage: Stage = {
    id,
    host: at.host,
    certificates,
    account,
    testAccount,
    secret: async (password, name = id) => {
      const file = join(at.folder, 'secrets', name);
      await mkdir(join(at.folder, 'secrets'), { recursive: true, mode: 0o700 });
      await writeFile(file, password, { mode: 0o600 });
      return `file:${file}`;
    },
    imap: async (options = {}) => {
      const usual = { accounts: [account], certificate: certificates.context('good') };
      imapServer = kept(await startExchangeImap(at.listen, { ...usual, ...options }));
      return imapServer;
    },
    smtp: async (options = {}) => {
      const usual = { account, certificate: certificates.context('good') };
      smtpServer = kept(await startExchangeSmtp(at.listen, { ...usual, ...options }));
      return smtpServer;
    },
    notify: async options => {
      notifyServer = kept(await startUnityNotify(at.listen, options));
      return notifyServer;
    },
    otherWeb: async () => {
      notifyServer = kept(await startOtherWeb(at.listen));
      return notifyServer;
    },
    balancer: (...ports) => portOf(startBalancer(at.listen, ports)),
    notifyProxy: async upstreamPort => {
      notifyServer = kept(await startNotifyProxy(at.listen, upstreamPort));
      return notifyServer;
    },
    web: async (options = {}) => {
      webServer = kept(await startExchangeWeb(at.listen, { certificate: certificates.context('good'), ...options }));
      return webServer;
    },
    agents: async (server, sessions, { tls = false } = {}) => {
      const host = at.listen === '0.0.0.0' ? '127.0.0.1' : at.listen;
      const { user, password } = account;
      const { port } = server;
      const crowd = agentsAt({ host, port, tls, serverName: SERVER_NAME, ca: certificates.ca, user, password });
      agents = crowd;
      ends.push(crowd.drop);
      await crowd.login(sessions);
      return crowd;
    },
    closedPort: () => portOf(closedPort(at.listen)),
    filteredPort: () => portOf(filteredPort(at.listen)),
    hostile: hostile => portOf(listen(at.listen, hostile)),
  };
  const end: StageEnd = {
    imap: () => imapServer,
    smtp: () => smtpServer,
    notify: () => notifyServer,
    web: () => webServer,
    agents: () => agents,
    stop: async () => {
      agents?.drop();
      await Promise.allSettled(ends.map(async finish => finish()));
    },
  };
  return { stage, end };
};
