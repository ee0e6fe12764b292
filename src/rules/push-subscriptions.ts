import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import {
  areFew,
  askForJettyLog,
  askForPushEvents,
  askForSyncLog,
  askForTable,
  askForWayFromExchange,
  FROM_EXCHANGE,
  lengthOf,
  NOT_ONLINE,
  TO_EXCHANGE,
  times,
  utc,
} from './asks-inbox.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

type Table = EvidenceOf<'push-subscriptions'>;
type Messages = EvidenceOf<'push-messages'>;
type Body = Omit<Finding, 'rule'>;

export const pushSubscriptions = defineRule({
  id: 'push-subscriptions',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Has every push subscription of Unity Connection had a notification within the last 15 minutes?',
  explains:
    'tbl_exsubscription has the last notification of each subscription in UTC. Older than 15 minutes is stale, and Unity Connection then subscribes ' +
    'anew within two minutes, so 15 to 20 minutes is the usual cycle of a broken way; hours mean that subscribing anew fails as well. Ages count ' +
    'from the time that stands beside the table, else from when it was read.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['push-subscriptions', 'push-messages'],
  behind: ['notify-listener'],

  judge({ 'push-subscriptions': seen, 'push-messages': messages }, target) {
    if (target.exchange.version === 'online') return notApplicable(NOT_ONLINE);
    const tables = inOrder(seen);
    if (tables.length === 0) return notApplicable('no table of push subscriptions was read (tbl_exsubscription)');
    const findings = tables.flatMap(table => findingsFor(table, target, inOrder(messages)));
    if (findings.length > 0) return problem(...findings);
    const doubts = tables.flatMap(doubtOf);
    if (doubts.length > 0)
      return unknown(listed(doubts), {
        missing: ['push-subscriptions'],
        asks: tables.some(({ isNarrowed }) => isNarrowed) ? [askForTable] : [WHEN],
      });
    return healthy(tables.map(freshWords).join('; '));
  },
});

const findingsFor = (table: Table, target: InboxTarget, messages: readonly Messages[]): Body[] => {
  if (table.rows === 0) return table.isWhole && !table.isNarrowed ? [nothing(table)] : [];
  const { min15, min60 } = table.stale;
  return [...(min15 > 0 ? [stale(table, target, messages)] : []), ...(min60 > 0 ? [forHours(table)] : [])];
};

const nothing = (table: Table): Body => ({
  severity: 'warning',
  certainty: 'possible',
  says: 'Unity Connection has not one push subscription: single inbox is not in use with Exchange on premises, or Mailbox Sync does not run or cannot subscribe.',
  because: [`${placeOf(table.source)}: the table is empty`],
  asks: [{ says: 'Is Connection Mailbox Sync started on the acting server?', steps: [] }, askForSyncLog],
  remedies: [],
});

const stale = (table: Table, target: InboxTarget, messages: readonly Messages[]): Body => {
  const { min15, min20 } = table.stale;
  const limit = table.now === null ? '' : ` (${utc(new Date(Date.parse(table.now) - 900_000).toISOString())})`;
  const servers = serversOf(table, messages);
  return {
    severity: 'warning',
    certainty: 'proven',
    says:
      `${FROM_EXCHANGE}: ${min15} of ${times(table.rows, 'subscription')}${chosen(table)} had no notification for over 15 minutes${limit}` +
      `${min20 > 0 ? `, ${min20} of them for over 20, longer than it takes to subscribe anew` : ''}${servers}.`,
    because: table.staleRows
      .slice(0, 5)
      .map(
        ({ id, at }) =>
          `${placeOf(table.source)}: ${id} last notified ${utc(at)}, ${lengthOf(at, table.now ?? at)} before`,
      )
      .concat(`${placeOf(table.source)}: ${nowWords(table)}`),
    asks: [askForPushEvents(target), askForWayFromExchange(target)],
    remedies: [],
  };
};

const forHours = (table: Table): Body => ({
  severity: areFew(table.stale.min60, table.rows) ? 'warning' : 'critical',
  certainty: 'likely',
  says:
    `${TO_EXCHANGE}: ${times(table.stale.min60, 'subscription')} ${table.stale.min60 === 1 ? 'is' : 'are'} stale for over an hour, so subscribing anew fails as well: the log of Mailbox Sync has the reason` +
    `${areFew(table.stale.min60, table.rows) ? `. The other ${table.rows - table.stale.min60} are not, so it is these users and not the service` : ''}.`,
  because: table.staleRows
    .filter(({ at }) => Date.parse(table.now ?? at) - Date.parse(at) > 3_600_000)
    .slice(0, 5)
    .map(({ id, at, user }) => `${placeOf(table.source)}: ${id} last notified ${utc(at)}${user ? `, of ${user}` : ''}`),
  asks: [askForSyncLog],
  remedies: [],
});

const chosen = ({ isNarrowed }: Table): string => (isNarrowed ? ' that the query chose' : '');

/** Which Exchange server is silent: one that holds stale subscriptions and no fresh one, where SubscriptionIds were read. */
const serversOf = ({ staleRows, freshIds }: Table, messages: readonly Messages[]): string => {
  const holders = (ids: readonly string[]) =>
    new Set(
      messages
        .flatMap(({ subscriptions }) => subscriptions)
        .filter(({ id }) => id !== null && ids.includes(id))
        .flatMap(({ exchange }) => exchange ?? []),
    );
  const fresh = holders(freshIds);
  const silent = [...holders(staleRows.map(({ id }) => id))].filter(server => !fresh.has(server)).sort();
  return silent.length > 0 ? `; those of ${listed(silent)} are among them, and none of it is fresh` : '';
};

const doubtOf = (table: Table): string[] => {
  const where = placeOf(table.source);
  if (table.isNarrowed)
    return [
      `the query ${where} chose ${table.rows === 0 ? 'no row' : times(table.rows, 'row')} by a condition, which says nothing of the others`,
    ];
  if (table.rows === 0) return [`the end of the table ${where} is missing`];
  if (table.newest === null) return [`no time of the table ${where} could be read`];
  if (table.aheadMs > CLOCK_MS)
    return [
      `the newest row ${where} is ${Math.round(table.aheadMs / 60_000)} min ahead of ${table.nowFrom === 'stated' ? 'the time that stands beside the table' : 'the clock here'}: the clocks differ, and ages cannot be told`,
    ];
  if (table.nowFrom === 'newest' && table.oldest)
    return [
      `all ${table.rows} rows ${where} lie within ${lengthOf(table.oldest, table.newest)}: fresh if the table was asked for before ${utc(new Date(Date.parse(table.oldest) + 900_000).toISOString())}`,
    ];
  return [];
};
/** Clocks that differ by less are compared as they are. */
const CLOCK_MS = 120_000;

const WHEN = {
  says: 'When was the table asked for, in UTC? Paste the clock of Unity Connection beside it.',
  steps: askForJettyLog.steps.slice(1),
};

const freshWords = (table: Table): string => {
  const part =
    table.limit !== null && table.rows >= table.limit
      ? `the first ${table.rows} subscriptions have`
      : `all ${table.rows} subscriptions have`;
  return `${part} had a notification within 15 minutes; ${nowWords(table)}`;
};

/** What «now» is, with the difference of clocks where one shows. */
const nowWords = ({ now, nowFrom, aheadMs }: Table): string => {
  const words = {
    stated: `«now» is ${utc(now ?? '')}, as stated beside the table`,
    reading: `«now» is ${utc(now ?? '')}, when the table was read`,
    newest: `«now» is not known; it was not before ${utc(now ?? '')}, the newest row`,
  }[nowFrom];
  return aheadMs > 0
    ? `${words}, and Unity Connection’s clock is at least ${Math.ceil(aheadMs / 1000)} s ahead of it`
    : words;
};
