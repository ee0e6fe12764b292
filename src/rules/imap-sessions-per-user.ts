import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseImapUserLimit } from '../remedies/raise-imap-user-limit.js';
import { raiseStoreSessions } from '../remedies/raise-store-sessions.js';
import { agentsWithin, type Present, sessionNeedOf } from '../remedies/session-need.js';
import {
  askForConnectionEvents,
  askForStoppedServices,
  askForStoreLimit,
  askForThrottling,
  askForUserLimit,
  waitOnline,
} from './asks.js';
import { imapLimitOf, storeLimitOf } from './known-limits.js';
import { codeIn, type LoginReading, loginReading, matches, says } from './replies.js';
import { defineRule, healthy, type Judgement, notApplicable, problem, unknown } from './rule.js';
import { inOrder, placeOf, placesOf } from './seen.js';

type Ladder = EvidenceOf<'imap-ladder'>;
type Limits = { inImap: Present; inStore: Present; smallest: number | null };

export const imapSessionsPerUser = defineRule({
  id: 'imap-sessions-per-user',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'At which IMAP session of one account does Exchange refuse?',
  explains:
    'A deep check opens sessions until one is refused. If n sessions of others stand and ours is refused at number k, then n + k = L + 1: the limit L is known ' +
    'only where n is, as on a test mailbox that nobody else uses. The limit that counts is the smaller one of the IMAP service (refused at the login) and ' +
    'the Information Store (the login is accepted and INBOX does not open).',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html, "IMAP"',
  needs: [],
  uses: ['imap-ladder', 'imap-limits', 'store-limits'],
  behind: [],

  judge({ 'imap-ladder': seen, 'imap-limits': imap, 'store-limits': store }, target) {
    const ladders = inOrder(seen);
    const lowest = [...ladders].sort((a, b) => a.opened - b.opened)[0];
    if (!lowest) return notApplicable('nobody has measured it; check --deep does, once an operator has confirmed it');

    const { needed } = sessionNeedOf(target);
    if (lowest.opened >= needed)
      return healthy(
        `${lowest.opened} sessions of one account were open at once${lowest.account === 'test' ? ' on the test mailbox' : ''}, and ${needed} are needed${fitting(lowest.opened, target, '; ')}`,
      );
    const limits = limitsOf(target, imapLimitOf(imap), storeLimitOf(store));
    const { refusal } = lowest;
    if (!refusal) return unknown(notMeasured(lowest, needed));
    if (lowest.opened === 0) return unknown(noneOpened(lowest));
    if (refusal.stage !== 'login' && refusal.stage !== 'select')
      return unknown(
        `session ${lowest.opened + 1} was not let in before its login: that is a limit on connections from one address or of the server, ` +
          `or what stands before it, and says nothing about the account beyond ${count(lowest)}`,
        { asks: askForConnectionEvents(target) },
      );
    if (refusal.status === null) return unknown(noAnswer(lowest), { asks: askForConnectionEvents(target) });
    const other = otherThanALimit(lowest, target);
    if (other) return other;
    if (limits.smallest !== null && limits.smallest < needed)
      return notApplicable(
        `${refusedWords(lowest)}, which agrees with the limits that were read; shared-account-sessions judges those`,
      );
    return lowest.heldByOthers === null
      ? othersUnknown(lowest, target, limits, ladders)
      : problem(tooFew(lowest, lowest.opened + lowest.heldByOthers, target, limits, ladders));
  },
});

/** A refusal whose own words name another cause has met no limit on sessions. In the store the words of its limit are no clearer. */
const otherThanALimit = (ladder: Ladder, target: MailTarget): Judgement | null => {
  const { stage, text = null } = ladder.refusal ?? {};
  const reading = loginReading(text, true);
  if (reading === 'throttled')
    return unknown(
      `${refusedWords(ladder)} as throttled («${text}»): a policy counts work and not sessions, so no limit on those was met`,
      { asks: target.exchange.version === 'online' ? [waitOnline] : askForThrottling(target) },
    );
  if (reading === 'unavailable' && stage === 'login')
    return unknown(
      `${refusedWords(ladder)}, and the server says that it cannot tell now («${text}»): no limit on sessions was met`,
      { asks: askForStoppedServices(target) },
    );
  if (ladder.refusal?.status === 'BYE' || !allowsLimit(reading, text, stage))
    return unknown(
      `${refusedWords(ladder)}, in words that are not those of a limit on sessions of one account («${text}»): what was met is not known, only that ${count(ladder)} were open`,
      { asks: askForConnectionEvents(target) },
    );
  return null;
};

/**
 * Only what Exchange itself says at its limit may be taken for one: nothing at all, or that there are too many and not of an address. Before
 * INBOX the store speaks in words of its own.
 */
const allowsLimit = (reading: LoginReading, text: string | null, stage: string | undefined): boolean => {
  if (stage === 'select' && (matches(says.serverUnavailable, text) || matches(says.notConnected, text))) return true;
  if (reading === 'too-many') return !matches(says.ofAddress, text);
  return reading === 'unsaid' && codeIn(text) === null;
};

/** The climb ended before the server said no. */
const notMeasured = (ladder: Ladder, needed: number): string => {
  const why: Record<Exclude<Ladder['stoppedBy'], 'refusal'>, string> = {
    'asked-for': `as many as were asked for, and Exchange refused none`,
    deadline: 'when the time was over',
    canary: `because a session was lost${ladder.says ? ` (${ladder.says})` : ''}: the server may end old ones in favour of new ones`,
    person: `because it was stopped${ladder.says ? `: ${ladder.says}` : ''}`,
    'no-room': `before it began: ${ladder.says ?? 'no room'}`,
    'login-withheld': `because we chose not to log in: ${ladder.says ?? 'no reason given'}`,
  };
  const until = ladder.stoppedBy === 'refusal' ? 'at a refusal' : why[ladder.stoppedBy];
  return `the climb ended at ${count(ladder)}, ${until}; ${needed} are needed`;
};

/** A server that stays silent or hangs up has not said no. */
const noAnswer = (ladder: Ladder): string =>
  `session ${ladder.opened + 1} of ${whose(ladder)} got no answer at the ${atStage(ladder)} («${ladder.refusal?.text ?? 'silent'}»), ` +
  `and silence is no refusal: no limit on sessions was met that could be told, only that ${count(ladder)} were open`;

const noneOpened = ({ account, refusal }: Ladder): string =>
  account === 'test'
    ? `not even one session opened: the test mailbox was refused at the ${refusal?.stage}${refusal?.text ? ` («${refusal.text}»)` : ''}`
    : 'not even one session opened, so there was nothing to count; the rules before this one judge why';

/**
 * With others on the account a refusal at k says L − n. Where a limit was read and others cannot hold the rest of it,
 * that value is not in force.
 */
const othersUnknown = (ladder: Ladder, target: MailTarget, limits: Limits, ladders: readonly Ladder[]): Judgement => {
  const { needed } = sessionNeedOf(target);
  const { smallest } = limits;
  const others = smallest === null ? null : smallest - ladder.opened;
  if (smallest !== null && others !== null && others >= 0 && others <= needed)
    return unknown(
      `${refusedWords(ladder)}, which fits the limit of ${smallest} that was read if others held ${others} sessions; nobody knows whether they did. ` +
        `${needed} are needed`,
      { asks: asksFor(ladder, target) },
    );
  if (smallest !== null && others !== null && others > needed)
    return problem({
      severity: 'warning',
      certainty: 'likely',
      says:
        `Exchange refused session ${ladder.opened + 1} of the account, although ${smallest} are allowed by what was read: others would have to hold ${others}, ` +
        `and agents and server together hold ${needed} at most. The value that was read is not in force, or another limit is lower.`,
      because: quotes(ladders),
      asks: asksFor(ladder, target),
      remedies: [],
    });
  return unknown(
    `${refusedWords(ladder)}; with n sessions of others the limit is n + ${ladder.opened}, and nobody knows n. ${needed} are needed. ` +
      'A test mailbox (ladder.testMailbox) tells the limit itself',
    { asks: asksFor(ladder, target) },
  );
};

const tooFew = (
  ladder: Ladder,
  limit: number,
  target: MailTarget,
  { inImap, inStore }: Limits,
  ladders: readonly Ladder[],
): Omit<Finding, 'rule'> => {
  const need = sessionNeedOf(target);
  const online = target.exchange.version === 'online';
  const inTheStore = ladder.refusal?.stage === 'select';
  const where = inTheStore ? 'in the Information Store' : 'in the IMAP service';
  const differ = new Set(ladders.map(({ opened }) => opened)).size > 1;
  const remedy = inTheStore ? raiseStoreSessions : raiseImapUserLimit;
  // Measured is not read: the remedy reads the present value itself where nobody has.
  const present = inTheStore ? inStore : inImap;
  const change = online ? null : remedy(target, need, present);
  const notInForce =
    change || online
      ? ''
      : ' What was read is more: it may not be in force yet (the service must be restarted), or a policy cuts lower.';
  return {
    severity: 'critical',
    certainty: 'likely',
    says:
      `Exchange lets one account hold ${limit} IMAP sessions ${where}; ${target.desktop === 'cad' ? `${target.agents} agents and the server need` : 'the server needs'} ${need.needed}` +
      `${fitting(limit, target, ', so ')}.${notInForce}`,
    because: [
      ...quotes(ladders),
      ...(differ
        ? [
            `The number differs between ${placesOf(ladders)}: behind a balancer each server counts for itself, and every one must be set.`,
          ]
        : []),
    ],
    asks: [
      ...asksFor(ladder, target),
      ...(online ? [] : otherLimit(inTheStore, target, inTheStore ? inImap : inStore, need.needed)),
    ],
    remedies: change ? [change] : [],
  };
};

/** Raising one of the two alone moves the failure to the other. */
const otherLimit = (inTheStore: boolean, target: MailTarget, other: Present, needed: number): Ask[] => {
  const known = target.exchange.servers.every(server => (other(server) ?? 0) >= needed);
  if (known) return [];
  const asks = inTheStore ? askForUserLimit(target) : askForStoreLimit(target);
  return asks.map(ask => ({
    ...ask,
    says: `${ask.says} Raising one limit alone only moves the failure to the other.`,
  }));
};

const asksFor = ({ refusal }: Ladder, target: MailTarget): Ask[] =>
  refusal?.stage === 'select' ? askForStoreLimit(target) : askForUserLimit(target);

const limitsOf = ({ exchange: { servers } }: MailTarget, inImap: Present, inStore: Present): Limits => {
  const known = servers.flatMap(server => [inImap(server), inStore(server)].filter(limit => limit !== null));
  return { inImap, inStore, smallest: known.length > 0 ? Math.min(...known) : null };
};

/** With Finesse sessions do not grow with the agents. */
const fitting = (limit: number, target: MailTarget, joint: string): string =>
  target.desktop === 'cad' ? `${joint}${agentsWithin(limit, target)} agents fit` : '';

const count = ({ opened }: Ladder): string => `${opened} ${opened === 1 ? 'session' : 'sessions'}`;

const refusedWords = (ladder: Ladder): string =>
  `session ${ladder.opened + 1} of ${whose(ladder)} was refused at the ${atStage(ladder)}`;
const whose = ({ account }: Ladder): string => (account === 'test' ? 'the test mailbox' : 'the account');
const atStage = ({ refusal }: Ladder): string => (refusal?.stage === 'select' ? 'opening of INBOX' : 'login');

const quotes = (ladders: readonly Ladder[]): string[] =>
  ladders.map(({ source, account, opened, refusal, heldByOthers }) => {
    const whose = account === 'test' ? 'test mailbox' : 'shared account';
    const others = heldByOthers === null ? 'others unknown' : `${heldByOthers} of others`;
    const ended = refusal
      ? `session ${opened + 1} refused at ${refusal.stage}: ${refusal.text ? `«${refusal.text}»` : 'no words came with it'}`
      : 'none refused';
    return `${placeOf(source)}: ${whose}, ${others}, ${opened} open at once; ${ended}`;
  });
