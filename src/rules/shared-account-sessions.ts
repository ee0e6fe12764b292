import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseImapUserLimit } from '../remedies/raise-imap-user-limit.js';
import { raiseStoreSessions, readStoreSessions, SHIPPED_STORE_SESSIONS } from '../remedies/raise-store-sessions.js';
import { agentsWithin, type Present, sessionNeedOf } from '../remedies/session-need.js';
import { readImapLimit } from './asks.js';
import { isHistory } from './event-time.js';
import { imapLimitOf, placed, storeLimitOf, whoseLimit } from './known-limits.js';
import { limitMet, limitsMet, type Met, readOrMet, refusalsBy } from './met-limits.js';
import { defineRule, healthy, type Judgement, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

const SHIPPED_IMAP_CONNECTIONS = 16;

export const sharedAccountSessions = defineRule({
  id: 'shared-account-sessions',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Can every agent hold two IMAP sessions on the shared mailbox account at once?',
  explains:
    'With CAD each agent login opens two connections on one account, and the server some more. Two limits stand in the way, one in the IMAP service and ' +
    'one in the Information Store; the smaller one counts, and raising one alone only moves the failure. Proposed is the need and a quarter more. ' +
    'Event 1009 of MSExchangeIMAP4 or 9646 of MSExchangeIS (type session) that names the account proves that a limit was met; one of another account proves nothing.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html, "IMAP"',
  needs: [],
  uses: [
    'imap-limits',
    'store-limits',
    'imap-ladder',
    'exchange-event',
    'exchange-mailbox',
    'imap-login',
    'imap-select',
  ],
  behind: ['imap-sessions-per-user'],

  judge(seen, target, now) {
    const met = limitsMet(seen, target, now);
    const inImap = imapLimitOf(placed(seen['imap-limits'], target));
    const inStore = storeLimitOf(placed(seen['store-limits'], target));
    const told = met && limitMet(met, target, inImap, inStore);
    if (!told) return sizing(seen, target, null);
    if (!isHistory(met.standing)) return problem({ ...told, because: [...told.because, ...refusalsBy(met, seen)] });
    // What a server allowed some days ago it allows now, unless somebody has read another value since.
    const judged = sizing(seen, target, met.standing === 'outlived' ? met : null);
    return judged.is === 'problem'
      ? problem(...judged.findings.map(finding => ({ ...finding, because: [...finding.because, ...told.because] })))
      : problem(told);
  },
});

type Known = { inImap: Present; inStore: Present };
type Sized = Seen<'imap-limits' | 'store-limits' | 'imap-ladder'>;

/** The limits that were read, or that an event named, against the need. */
const sizing = (
  { 'imap-limits': imap, 'store-limits': store, 'imap-ladder': ladders }: Sized,
  target: MailTarget,
  met: Met | null,
): Judgement => {
  if (target.desktop === 'finesse')
    return notApplicable('with Finesse only SocialMiner or CCP opens connections, so they do not grow with the agents');
  if (target.exchange.version === 'online')
    return notApplicable('the limits of Exchange Online are fixed and not published; nobody can read or raise them');

  const { servers } = target.exchange;
  const need = sessionNeedOf(target);
  const inImap = readOrMet(imapLimitOf(imap), met?.inImap ?? []);
  const inStore = readOrMet(storeLimitOf(store), met?.inStore ?? []);
  const readings = inOrder([...imap, ...store]).map(
    item =>
      `${placeOf(item.source)}: ${item.kind === 'imap-limits' ? `MaxConnectionsPerUser ${item.maxConnectionsPerUser ?? 'not said'}` : `store sessions per user ${item.serviceSessionsPerUser ?? 'not said'}`} on ${whoseLimit(item, target)}`,
  );
  const own: Known = {
    inImap: readOrMet(imapLimitOf(placed(imap, target)), met?.inImap ?? []),
    inStore: readOrMet(storeLimitOf(placed(store, target)), met?.inStore ?? []),
  };
  const asks = [
    ...askUnread(target, own.inImap, readImapLimit),
    ...askUnread(target, own.inStore, (_, server) => readStoreSessions(server)),
  ];
  const known = servers.flatMap(server => [inImap(server), inStore(server)].filter(limit => limit !== null));
  const have = Math.min(...known);
  if (have < need.needed) return problem(tooFew(target, { inImap, inStore }, own, have, readings, asks));

  if (asks.length > 0 && ladders.length > 0 && ladders.every(({ opened }) => opened >= need.needed))
    return notApplicable(
      'not every limit was read, and a deep check has measured that there is room: imap-sessions-per-user',
    );
  if (asks.length > 0) {
    const shipped = Math.min(SHIPPED_IMAP_CONNECTIONS, SHIPPED_STORE_SESSIONS);
    return unknown(
      `${target.agents} agents and the server need ${need.needed} sessions, and not every limit was read; Exchange ships with ` +
        `${shipped} of each, and where that still stands ${agentsWithin(shipped, target)} agents fit`,
      {
        missing: [
          ...(servers.some(server => own.inImap(server) === null) ? (['imap-limits'] as const) : []),
          ...(servers.some(server => own.inStore(server) === null) ? (['store-limits'] as const) : []),
        ],
        asks,
      },
    );
  }
  return healthy(
    `${have} sessions are allowed, ${target.agents} agents and the server need ${need.needed}; ${agentsWithin(have, target)} agents fit`,
  );
};

/** `own`: the limits that are known to be those of each server, which alone may be put back. */
const tooFew = (
  target: MailTarget,
  { inImap, inStore }: Known,
  own: Known,
  have: number,
  readings: readonly string[],
  asks: Ask[],
): Omit<Finding, 'rule'> => {
  const need = sessionNeedOf(target);
  const { servers } = target.exchange;
  const short = (limitOf: Present) => servers.filter(server => (limitOf(server) ?? Infinity) < need.needed);
  const [imapShort, storeShort] = [short(inImap), short(inStore)];
  const smallest = listed([
    ...(imapShort.some(server => inImap(server) === have) ? ['the IMAP service'] : []),
    ...(storeShort.some(server => inStore(server) === have) ? ['the Information Store'] : []),
  ]);
  const of = (these: readonly string[]): MailTarget => ({
    ...target,
    exchange: { ...target.exchange, servers: [...these] },
  });
  return {
    severity: 'critical',
    // Two for each agent is Cisco's number; those of the server itself are an assumption until somebody counts them.
    certainty: have < 2 * target.agents ? 'proven' : 'likely',
    says:
      `Exchange allows the shared account ${have} sessions in ${smallest}; ${target.agents} agents and the server need ${need.needed}, ` +
      `so ${agentsWithin(have, target)} agents fit.`,
    because: [...readings],
    asks: asks.map(ask => ({
      ...ask,
      says: `${ask.says} Raising one limit alone only moves the failure to the other.`,
    })),
    remedies: [
      ...(imapShort.length > 0 ? [raiseImapUserLimit(of(imapShort), need, own.inImap)] : []),
      ...(storeShort.length > 0 ? [raiseStoreSessions(of(storeShort), need, own.inStore)] : []),
    ].filter(remedy => remedy !== null),
  };
};

const askUnread = (
  target: MailTarget,
  limitOf: Present,
  read: (target: MailTarget, server: string) => Ask['steps'][number],
): Ask[] => {
  const unread = target.exchange.servers.filter(server => limitOf(server) === null);
  if (unread.length === 0) return [];
  const what =
    read === readImapLimit
      ? 'How many connections does the IMAP service allow one account'
      : 'How many sessions does the Information Store allow one account';
  return [{ says: `${what} on ${listed(unread)}?`, steps: unread.map(server => read(target, server)) }];
};
