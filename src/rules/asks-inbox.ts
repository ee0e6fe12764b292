import type { InboxTarget } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { tryFromExchange } from '../remedies/open-port-7080.js';
import { GET_SYNC_LOGS, LIST_SYNC_LOGS, onUnityConnection, SUBSCRIPTION_TABLE } from '../remedies/platform-cli.js';
import { byHand, eventsOf, shell } from '../remedies/steps.js';

/*
 * The two directions of single inbox, by the names that findings begin with, and what to collect about each. Both are broken by other
 * things and shown by other logs, so the direction halves the search.
 */
export const TO_EXCHANGE = 'Unity Connection to Exchange';
export const FROM_EXCHANGE = 'Exchange to Unity Connection';

/** Events 5, 6 and 7 tell what became of each notification that could not be delivered. */
export const askForPushEvents = (target: InboxTarget): Ask => ({
  says:
    'What became of the notifications? Events 5 (first failure), 6 (again) and 7 (given up) of MSExchange Web Services name the reason; ' +
    'none of them although notifications are missing points to throttling or a recycled EWS.',
  steps: target.exchange.servers.map(server =>
    shell(
      piped(
        eventsOf(server, 'MSExchange Web Services', [5, 6, 7]),
        formatList({ Property: ['TimeCreated', 'Id', 'Message'] }),
      ),
    ),
  ),
});

export const askForWayFromExchange = (target: InboxTarget): Ask => ({
  says: `Does each Exchange server reach ${target.cuc.host} on port ${target.cuc.notifyPort}?`,
  steps: tryFromExchange(target),
});

export const askForSyncLog: Ask = {
  says: `${TO_EXCHANGE}: does the log of Mailbox Sync show calls that failed?`,
  steps: [LIST_SYNC_LOGS, GET_SYNC_LOGS].map(onUnityConnection),
};

export const askForJettyLog: Ask = {
  says: `${FROM_EXCHANGE}: what does the access log of Connection Jetty show, and does the table of subscriptions agree?`,
  steps: [
    byHand('RTMT, Trace & Log Central, Collect Files: Connection Jetty'),
    ...SUBSCRIPTION_TABLE.map(onUnityConnection),
  ],
};

export const askForTable: Ask = {
  says: 'Do the subscriptions get notifications? The table has the time of the last one, and the clock of Unity Connection belongs beside it.',
  steps: SUBSCRIPTION_TABLE.map(onUnityConnection),
};

/** `16 min 42 s`. */
export const lengthOf = (from: string, to: string): string => {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
};

/** `2014-06-29 11:40:54 UTC`. */
export const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
export const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** One in twenty: then it is these and not the way. */
export const areFew = (some: number, all: number): boolean => all >= 20 * some;

export const NOT_ONLINE =
  'Cisco asks for no inbound port with Exchange Online; notifications on port 7080 are for Exchange on premises';
