import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import { shortName } from '../domain/server-name.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { raiseImapUserLimit } from '../remedies/raise-imap-user-limit.js';
import { raiseStoreSessions } from '../remedies/raise-store-sessions.js';
import { type Present, sessionNeedOf } from '../remedies/session-need.js';
import {
  againAsk,
  bestStanding,
  certaintyAt,
  datedAsk,
  historyWords,
  isHistory,
  type Standing,
  standingOf,
} from './event-time.js';
import { type LoginReading, loginReading, matches, says } from './replies.js';
import type { Seen } from './rule.js';
import { inOrder, listed, ofLooks, placeOf, quoteOf } from './seen.js';
import { eventWords, namesOurs } from './whose.js';

type Event = EvidenceOf<'exchange-event'>;
type Mailbox = EvidenceOf<'exchange-mailbox'>;

type Select = EvidenceOf<'imap-select'>;
type Login = EvidenceOf<'imap-login'>;
/** What tells that a limit was met, and what it explains. */
export type OfLimits = Seen<'exchange-event' | 'exchange-mailbox' | 'imap-select' | 'imap-login'>;

/**
 * Events that say that this account has met a limit on its sessions. Those of other accounts prove nothing about it, and history gives
 * way to what is newer.
 */
export type Met = { inImap: readonly Event[]; inStore: readonly Event[]; isSure: boolean; standing: Standing };

export const limitsMet = (seen: OfLimits, target: MailTarget, now: IsoTime): Met | null => {
  if (target.exchange.version === 'online') return null;
  const { 'exchange-event': events, 'exchange-mailbox': mailboxes, 'imap-select': selects } = seen;
  const met = metLimits({ events, mailboxes, selects }, target, now);
  return met.inImap.length + met.inStore.length > 0 ? met : null;
};

/**
 * Whether the limit explains this refusal: Exchange answers above it as to a wrong password, or lets the login pass and does not open the
 * mailbox. An answer that names something else is a cause of its own.
 */
export const isRefusedByLimit = ({ inImap, inStore, isSure, standing }: Met, refused: Login | Select): boolean => {
  if (!isSure || isHistory(standing)) return false;
  const isOfStore = matches(says.serverUnavailable, refused.text);
  if (isOfStore) return inStore.length > 0;
  if (refused.kind === 'imap-login')
    return inImap.length > 0 && LIKE_A_LIMIT.includes(loginReading(refused.text, refused.encrypted));
  return !matches(says.throttled, refused.text) && (inStore.length > 0 || matches(says.notConnected, refused.text));
};
const LIKE_A_LIMIT: readonly LoginReading[] = ['unsaid', 'credentials', 'too-many'];

/** What was refused because of it, word for word. */
export const refusalsBy = (met: Met, { 'imap-login': logins, 'imap-select': selects }: OfLimits): string[] =>
  inOrder([
    ...logins.filter(({ outcome }) => outcome === 'refused'),
    ...selects.filter(({ outcome }) => outcome === 'refused'),
  ])
    .filter(refused => isRefusedByLimit(met, refused))
    .map(refused => quoteOf(refused, refused.text, `${refused.kind}: refused`));

const metLimits = (
  seen: { events: readonly Event[]; mailboxes: readonly Mailbox[]; selects: readonly Select[] },
  target: MailTarget,
  now: IsoTime,
): Met => {
  const { events, mailboxes } = seen;
  const opened = ofLooks(seen.selects).filter(({ outcome }) => outcome === 'selected');
  const limits = inOrder(events).filter(
    ({ about, limit, of }) =>
      about === 'imap-per-user' || (about === 'store-sessions' && limit !== null && of === 'session'),
  );
  const named = limits
    .map(event => ({
      event,
      whose: namesOurs(event.subject, target, mailboxes),
      standing: standingOf(event, now, opened),
    }))
    .filter(({ whose }) => whose !== 'no');
  const recent = named.filter(({ standing }) => !isHistory(standing));
  const worth = recent.length > 0 ? recent : named;
  const surely = worth.filter(({ whose }) => whose === 'surely');
  const ours = surely.length > 0 ? surely : worth;
  const standing = bestStanding(ours.map(each => each.standing));
  const counted = ours.filter(each => each.standing === standing).map(({ event }) => event);
  return {
    inImap: counted.filter(({ about }) => about === 'imap-per-user'),
    inStore: counted.filter(({ about }) => about === 'store-sessions'),
    isSure: surely.length > 0,
    standing,
  };
};

/** What an event says is the limit of that server, where nobody has read it. A store may be on a server that no client ever calls. */
export const readOrMet =
  (read: Present, met: readonly Event[]): Present =>
  server => {
    const value = read(server);
    if (value !== null) return value;
    const here = met.filter(event => event.server === null || shortName(event.server) === shortName(server));
    const limits = (here.length > 0 ? here : met).flatMap(({ limit }) => limit ?? []);
    return limits.length > 0 ? Math.min(...limits) : null;
  };

/** The account has met its limit: proven where an event of now names it. A value that was read and is higher now leaves open which came first. */
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
  const isPast = isHistory(met.standing);
  const isRaised = !isPast && isOver && raisedSince(met, target, inImap, inStore);
  const certainty = isRaised ? 'possible' : certaintyAt(met.standing, met.isSure ? 'proven' : 'likely');
  const isDoubtful = certainty === 'possible' || (!met.isSure && met.standing === 'undated');
  const remedies = isDoubtful
    ? []
    : [
        ...(imapShort ? [raiseImapUserLimit(target, need, imapNow)] : []),
        ...(storeShort ? [raiseStoreSessions(target, need, storeNow)] : []),
      ].filter(remedy => remedy !== null);
  return {
    severity: isRaised || isPast ? 'notice' : 'critical',
    certainty: isDoubtful ? 'possible' : certainty,
    says:
      `Exchange has turned sessions of ${met.isSure ? target.mailbox.user : `an account that is called almost like ${target.mailbox.user}`} away at its limit (${listed(limits)})` +
      `${target.desktop === 'cad' ? `; ${target.agents} agents and the server need ${need.needed}` : ''}` +
      `${isPast ? historyWords(met.standing) : isRaised ? '. What was read since is enough' : isOver ? '. That is no less than is needed, so somebody else holds sessions, or dead ones linger' : ''}.`,
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
      ...(isPast ? [againAsk] : met.standing === 'undated' ? [datedAsk] : []),
      ...(isOver && !isRaised && !isPast
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
