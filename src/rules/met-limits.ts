import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { raiseImapUserLimit } from '../remedies/raise-imap-user-limit.js';
import { raiseStoreSessions } from '../remedies/raise-store-sessions.js';
import { type Present, sessionNeedOf } from '../remedies/session-need.js';
import { inOrder, listed, placeOf } from './seen.js';
import { eventWords, namesOurs } from './whose.js';

type Event = EvidenceOf<'exchange-event'>;
type Mailbox = EvidenceOf<'exchange-mailbox'>;

/** Events that say that this account has met a limit on its sessions. Those of other accounts prove nothing about it. */
export type Met = { inImap: readonly Event[]; inStore: readonly Event[]; isSure: boolean };

export const metLimits = (events: readonly Event[], mailboxes: readonly Mailbox[], target: MailTarget): Met => {
  const limits = inOrder(events).filter(
    ({ about, limit, of }) =>
      about === 'imap-per-user' || (about === 'store-sessions' && limit !== null && of === 'session'),
  );
  const named = limits.map(event => ({ event, whose: namesOurs(event.subject, target, mailboxes) }));
  const surely = named.filter(({ whose }) => whose === 'surely');
  const counted = (surely.length > 0 ? surely : named.filter(({ whose }) => whose === 'perhaps')).map(
    ({ event }) => event,
  );
  return {
    inImap: counted.filter(({ about }) => about === 'imap-per-user'),
    inStore: counted.filter(({ about }) => about === 'store-sessions'),
    isSure: surely.length > 0,
  };
};

/** What an event says is the limit of that server, where nobody has read it. A store may be on a server that no client ever calls. */
const readOrMet =
  (read: Present, met: readonly Event[]): Present =>
  server => {
    const value = read(server);
    if (value !== null) return value;
    const here = met.filter(event => event.server === null || short(event.server) === short(server));
    const limits = (here.length > 0 ? here : met).flatMap(({ limit }) => limit ?? []);
    return limits.length > 0 ? Math.min(...limits) : null;
  };

const short = (server: string): string => server.toLowerCase().split('.')[0] as string;

/** The account has met its limit: proven where the event names it. A value that was read and is higher now leaves open which came first. */
export const limitMet = (met: Met, target: MailTarget, inImap: Present, inStore: Present): Omit<Finding, 'rule'> => {
  const need = sessionNeedOf(target);
  const all = [...met.inImap, ...met.inStore];
  const limits = [
    ...(met.inImap.length > 0 ? [`${lowest(met.inImap)}connections in the IMAP service`] : []),
    ...(met.inStore.length > 0 ? [`${lowest(met.inStore)}sessions in the Information Store`] : []),
  ];
  const [imapNow, storeNow] = [readOrMet(inImap, met.inImap), readOrMet(inStore, met.inStore)];
  const isShort = (present: Present) => target.exchange.servers.some(server => (present(server) ?? 0) < need.needed);
  const imapShort = met.inImap.length > 0 && isShort(imapNow);
  const storeShort = met.inStore.length > 0 && isShort(storeNow);
  const isOver = !imapShort && !storeShort;
  const isRaised = isOver && raisedSince(met, target, inImap, inStore);
  const remedies = [
    ...(imapShort ? [raiseImapUserLimit(target, need, imapNow)] : []),
    ...(storeShort ? [raiseStoreSessions(target, need, storeNow)] : []),
  ].filter(remedy => remedy !== null);
  return {
    severity: isRaised ? 'notice' : 'critical',
    certainty: isRaised ? 'possible' : met.isSure ? 'proven' : 'likely',
    says:
      `Exchange has turned sessions of ${met.isSure ? target.mailbox.user : `an account that is spelt almost like ${target.mailbox.user}`} away at its limit (${listed(limits)})` +
      `${target.desktop === 'cad' ? `; ${target.agents} agents and the server need ${need.needed}` : ''}` +
      `${isRaised ? '. What was read since is enough' : isOver ? '. That is no less than is needed, so somebody else holds sessions, or dead ones linger' : ''}.`,
    because: all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`),
    asks: [
      ...(isRaised
        ? [
            {
              says: 'Did it happen before the value was raised and the service restarted? An event of a later time says no.',
              steps: [],
            },
          ]
        : []),
      ...(isOver && !isRaised
        ? [
            {
              says: 'Who else logs in to this account? Count its sessions by address in the protocol log of IMAP4, or in a capture on port 143 or 993.',
              steps: [],
            },
          ]
        : []),
      ...(met.isSure
        ? []
        : [
            {
              says: `Is it the mailbox of ${target.mailbox.user}? LegacyExchangeDN in Get-Mailbox, pasted with the event, tells.`,
              steps: [],
            },
          ]),
    ],
    remedies,
  };
};

/** `16 `; nothing where the record does not say. */
const lowest = (events: readonly Event[]): string => {
  const limits = events.flatMap(({ limit }) => limit ?? []);
  return limits.length > 0 ? `${Math.min(...limits)} ` : '';
};

const raisedSince = (
  { inImap, inStore }: Met,
  { exchange: { servers } }: MailTarget,
  imap: Present,
  store: Present,
): boolean =>
  [[inImap, imap] as const, [inStore, store] as const].every(([events, read]) =>
    events.every(({ limit }) => limit !== null && servers.every(server => (read(server) ?? 0) > limit)),
  );
