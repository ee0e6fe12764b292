import type { MailTarget } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getImapSettings, getMailboxDatabase, getServerComponentState } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList, formatTable } from '../ems/windows-cmdlets.js';
import { assignThrottlingPolicy } from '../remedies/assign-throttling-policy.js';
import { checkCredentials } from '../remedies/check-credentials.js';
import { enableImapForMailbox } from '../remedies/enable-imap-for-mailbox.js';
import { readStoreSessions } from '../remedies/raise-store-sessions.js';
import { startImapServices } from '../remedies/start-imap-services.js';
import { eventsOf, looksOf, mailboxOf, readImapServices, shell } from '../remedies/steps.js';

/*
 * Questions whose answer tells one cause from another, each with the lines that answer it. Several rules ask the same ones.
 * Exchange Online has neither servers nor events to read, so there they come back empty.
 */
const perServer = (target: MailTarget, ask: (servers: readonly string[]) => Ask): Ask[] =>
  target.exchange.version === 'online' ? [] : [ask(target.exchange.servers)];

const events = (server: string, provider: string, ids: readonly number[]) =>
  shell(
    piped(eventsOf(server, provider, ids), formatList({ Property: ['TimeCreated', 'ProviderName', 'Id', 'Message'] })),
  );

export const readImapLimit = (target: MailTarget, server: string) =>
  shell(
    piped(
      getImapSettings(target.exchange.version, { Server: server }),
      formatList({ Property: ['Server', 'MaxConnectionsPerUser'] }),
    ),
  );

/** Event 1009 is written once per start of the service, so an old one says little and none says nothing. */
export const askForUserLimit = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says:
      'Is it the limit on connections of one account? Event 1009 of MSExchangeIMAP4 naming it says yes. ' +
      'It is written once after each start of the service, so its absence says nothing; an error that no events were found means none.',
    steps: servers.flatMap(server => [events(server, 'MSExchangeIMAP4', [1009]), readImapLimit(target, server)]),
  }));

export const askForStoreLimit = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says:
      'Is it the limit on sessions in the Information Store? Event 9646 naming this mailbox and the type session says yes; ' +
      'without the value in the list below, 16 sessions count.',
    steps: servers.flatMap(server => [events(server, 'MSExchangeIS', [9646]), readStoreSessions(server)]),
  }));

export const askForConnectionEvents = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says: 'Is it a limit on connections of one address or of the server? Events of MSExchangeIMAP4 from that minute may name it.',
    steps: servers.flatMap(server => [
      events(server, 'MSExchangeIMAP4', [1101, 1103]),
      shell(
        piped(
          getImapSettings(target.exchange.version, { Server: server }),
          formatList({ Property: ['Server', 'MaxConnections', 'MaxConnectionFromSingleIP'] }),
        ),
      ),
    ]),
  }));

export const askForImapServices = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says: is2010(target.exchange.version)
      ? 'Does the IMAP service run?'
      : 'Do both IMAP services run, front end and back end, and is ImapProxy Active?',
    steps: servers.flatMap(server => [
      readImapServices(target, server),
      ...(is2010(target.exchange.version)
        ? []
        : [
            shell(
              piped(
                getServerComponentState(target.exchange.version, { Identity: server }),
                formatTable({ Property: ['Component', 'State'], AutoSize: true }),
              ),
            ),
          ]),
    ]),
  }));

export const askForStoppedServices = (target: MailTarget): Ask[] =>
  perServer(target, () => ({
    says: 'Has an IMAP service stopped?',
    steps: target.exchange.servers.map(server => readImapServices(target, server)),
    ifSo: startImapServices(target),
  }));

export const askForImapOfMailbox = (target: MailTarget): Ask => {
  const remedy = enableImapForMailbox(target);
  return {
    says: `Is IMAP turned off for ${mailboxOf(target)}? ImapEnabled False says yes; an error says that the mailbox is not known by that name.`,
    steps: remedy.verify,
    ifSo: remedy,
  };
};

export const askForCredentials = (target: MailTarget): Ask[] =>
  perServer(target, () => {
    const remedy = checkCredentials(target);
    return {
      says: 'Is it the account itself: locked out, disabled, password expired or changed? The directory knows; do not try passwords.',
      steps: looksOf(remedy),
      ifSo: remedy,
    };
  });

export const askForDatabase = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says: 'Is the mailbox database mounted? Mounted False, or a database that has just moved, says no.',
    steps: servers.map(server =>
      shell(
        piped(
          getMailboxDatabase(target.exchange.version, { Server: server, Status: true }),
          formatTable({ Property: ['Name', 'Mounted', 'MountedOnServer'], AutoSize: true }),
        ),
      ),
    ),
  }));

/** Event 2915 names user, component, policy and part: it is the proof of throttling on 2010. */
export const askForThrottling = (target: MailTarget): Ask[] =>
  perServer(target, servers => ({
    says:
      `Is ${mailboxOf(target)} over its budget, and which policy has it? Event 2915 of MSExchange ADAccess names user, component and policy. ` +
      'A default policy that was merely seen proves nothing.',
    steps: [
      ...servers.map(server => events(server, 'MSExchange ADAccess', [2915])),
      ...looksOf(assignThrottlingPolicy(target)).slice(0, 1),
    ],
  }));

export const waitOnline: Ask = {
  says: 'Nobody can raise this in Exchange Online: wait as long as the answer says, and poll less often.',
  steps: [],
};

/** In Exchange Online nobody else can read a log or an event. */
export const askMicrosoft: Ask = {
  says: 'Does it last? In Exchange Online only Microsoft can see the reason: give them the minute and the words above.',
  steps: [],
};

/** The one question where there is no other, so that what would raise the certainty is never left unsaid. */
export const either = (asks: Ask[], otherwise: Ask): Ask[] => (asks.length > 0 ? asks : [otherwise]);
