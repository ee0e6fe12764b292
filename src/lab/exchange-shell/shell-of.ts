import { offered } from '../exchange-web.js';
import { LabError } from '../lab-error.js';
import type { TargetDraft } from '../scenario.js';
import type { StageEnd } from '../stage.js';
import { type ExchangeShell, exchangeShell } from './exchange.js';

/** As `Get-ExchangeServer` shows the last update of each. */
const DISPLAY_VERSION: Readonly<Record<string, string>> = {
  '2010-rtm': 'Version 14.0 (Build 639.21)',
  '2010-sp1': 'Version 14.1 (Build 218.15)',
  '2010-sp2': 'Version 14.2 (Build 247.5)',
  '2010-sp3': 'Version 14.3 (Build 123.4)',
  '2013': 'Version 15.0 (Build 1497.2)',
  '2016': 'Version 15.1 (Build 2507.6)',
  '2019': 'Version 15.2 (Build 1748.10)',
  se: 'Version 15.2 (Build 2562.17)',
};

const NO_LIMIT = 2_147_483_647;

/** The shell of the Exchange that a scenario has stood up. A service that starts anew ends its sessions, and the agents log in again. */
export const shellOf = (end: StageEnd, target: TargetDraft): ExchangeShell => {
  if (target.kind !== 'uccx-mail') return shellOfWeb(end, target);
  const imap = end.imap();
  const smtp = end.smtp();
  const user = target.mailbox.user.toLowerCase();
  const account = imap?.accounts.find(each => each.user.toLowerCase() === user);
  const { perUser = NO_LIMIT, storeSessions = NO_LIMIT } = imap?.limits ?? {};

  const startedAnew = async () => {
    const agents = end.agents();
    const sessions = agents?.open() ?? 0;
    agents?.drop();
    await ended(() => imap?.counts().openNow ?? 0);
    const { perUser: now = NO_LIMIT, storeSessions: open = NO_LIMIT } = imap?.limits ?? {};
    await agents?.login(Math.min(sessions, now, open));
  };
  return exchangeShell(
    {
      servers: target.exchange.servers,
      displayVersion: DISPLAY_VERSION[target.exchange.version ?? ''] ?? '',
      maxConnectionsPerUser: Number.isFinite(perUser) ? perUser : NO_LIMIT,
      storeSessionsPerUser: storeSessions === SHIPPED_STORE_SESSIONS ? null : storeSessions,
      mailbox: target.mailbox.identity ?? target.mailbox.user,
      imapEnabled: account?.imapEnabled ?? true,
      connector: target.smtp.connector
        ? {
            name: target.smtp.connector,
            perSource: smtp && Number.isFinite(smtp.limits.perSource) ? smtp.limits.perSource : 20,
          }
        : null,
    },
    {
      imapRestarted: async limit => {
        if (imap) imap.limits.perUser = limit;
        await startedAnew();
      },
      storeRestarted: async limit => {
        if (imap) imap.limits.storeSessions = limit;
        await startedAnew();
      },
      imapEnabled: (_, on) => {
        if (account) account.imapEnabled = on;
      },
      connectionsPerSource: limit => {
        if (smtp) smtp.limits.perSource = limit;
      },
    },
  );
};

/** Of single inbox there is the web server of Exchange alone. */
const shellOfWeb = (end: StageEnd, target: TargetDraft): ExchangeShell => {
  const web = end.web();
  if (!web) throw new LabError('this scenario has no Exchange of its own', { target });
  return exchangeShell(
    {
      servers: target.exchange.servers,
      displayVersion: DISPLAY_VERSION[target.exchange.version ?? ''] ?? '',
      maxConnectionsPerUser: NO_LIMIT,
      storeSessionsPerUser: null,
      mailbox: 'anybody@contoso.test',
      imapEnabled: true,
      connector: null,
      windowsLogins: web.schemes.ews.includes('NTLM'),
    },
    {
      imapRestarted: async () => {},
      storeRestarted: async () => {},
      imapEnabled: () => {},
      connectionsPerSource: () => {},
      webLogins: (directory, takes) => {
        web.schemes[directory] = offered(takes);
      },
    },
  );
};

const SHIPPED_STORE_SESSIONS = 16;
const PATIENCE_MS = 5_000;

/** Waits until the sessions of a service that was stopped are gone. */
const ended = async (open: () => number): Promise<void> => {
  const until = Date.now() + PATIENCE_MS;
  while (open() > 0 && Date.now() < until) await new Promise(again => setTimeout(again, 5));
};
