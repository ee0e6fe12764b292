import { z } from 'zod';
import type { ConfiguredMailTarget, ConfiguredTarget } from './configured-target.js';
import { accountOf } from './target.js';

/** What a deep check of one target may take: shown to a person first, and agreed to as it was shown. */
export const LadderOffer = z.object({
  /** The account that the agents share, or a test mailbox, whose sessions nobody else needs. */
  account: z.enum(['shared', 'test']),
  user: z.string(),
  /** Sessions at once, the first one with them. */
  most: z.int().min(1),
  intervalMs: z.int().min(250),
  /** From the first connection until everything is given back. */
  budgetMs: z.int().min(1),
  /** The smaller of the limits that were read, and the day; null where none was. */
  limit: z.object({ sessions: z.int().min(1), readOn: z.string() }).nullable(),
  keepFree: z.int().min(0),
  /** What agents and server hold when everybody works; 0 for a test mailbox. */
  heldAtWork: z.int().min(0),
  /** Somebody has said that nobody works on the account now, so that those sessions are not held. */
  nobodyAtWork: z.literal(true).optional(),
});
export type LadderOffer = z.infer<typeof LadderOffer>;

const USUAL = { most: 20, keepFree: 2 };
const INTERVAL_MS = 250;
const SESSIONS_PER_AGENT = 2;

/** What Exchange ships with, in the IMAP service and in the store: what holds where nobody has read another value. */
const SHIPPED_LIMIT = 16;

/**
 * What may be taken by what is known. A test mailbox comes first, for nobody works with it. On the shared account it is what the limit
 * (read, or as shipped) leaves beside everybody at work and `keepFree`; how many work now is not known to anybody here, so only a person
 * can say that nobody does.
 */
export const offerLadder = (
  target: ConfiguredMailTarget,
  { nobodyAtWork = false }: { nobodyAtWork?: boolean | undefined } = {},
): { is: 'offer'; offer: LadderOffer } | { is: 'no-room'; says: string } => {
  const { most, keepFree, testMailbox } = { ...USUAL, ...target.ladder };
  // Another spelling of the shared account is the shared account.
  const isOwn = testMailbox && accountOf({ mailbox: testMailbox }) !== accountOf(target);
  if (isOwn) return offered({ account: 'test', user: testMailbox.user, most, keepFree, heldAtWork: 0 });

  const limit = limitOf(target);
  const atWork = sessionsAtWork(target);
  const heldAtWork = nobodyAtWork ? 0 : atWork;
  const room = (limit?.sessions ?? SHIPPED_LIMIT) - heldAtWork - keepFree;
  if (room < LEAST) {
    const allowed = limit
      ? `allows ${limit.sessions} sessions by what was read on ${limit.readOn}`
      : `has no limit that was read, and Exchange ships with ${SHIPPED_LIMIT} sessions`;
    const held = nobodyAtWork ? '' : `agents and server hold ${atWork} at work, and `;
    const wayOut = nobodyAtWork
      ? ''
      : '. Configure ladder.testMailbox, or, when nobody works on the account, say so with --nobody-at-work';
    return {
      is: 'no-room',
      says: `${target.id} ${allowed}; ${held}${keepFree} must stay free: that leaves no room to climb${wayOut}`,
    };
  }
  const user = target.mailbox.user;
  const said = nobodyAtWork ? { nobodyAtWork: true as const } : {};
  return offered({ account: 'shared', user, most: Math.min(most, room), keepFree, heldAtWork, ...said });

  function offered(more: Pick<LadderOffer, 'account' | 'user' | 'most' | 'keepFree' | 'heldAtWork' | 'nobodyAtWork'>) {
    const offer = { ...more, intervalMs: INTERVAL_MS, budgetMs: ladderMs(more.most), limit: limitOf(target) };
    return { is: 'offer', offer } as const;
  }
};

/** What agents and server hold on the shared account when everybody works. */
export const sessionsAtWork = ({ desktop, agents, serverSessions }: ConfiguredMailTarget): number =>
  (desktop === 'cad' ? SESSIONS_PER_AGENT * agents : 0) + serverSessions;

/** One session that watches and one that climbs. */
const LEAST = 2;

/** A session takes its interval and an answer; a server that needs longer is not climbed to the top. */
export const ladderMs = (most: number): number => Math.min(15_000 + most * 1000, LONGEST_LADDER_MS);
export const LONGEST_LADDER_MS = 20 * 60_000;

type Asked = Pick<LadderOffer, 'account' | 'most' | 'intervalMs' | 'nobodyAtWork'>;

/** What a worker grants of an order: the smaller of it and of what its own file would offer, whatever the order says. */
export const grantLadder = (
  target: ConfiguredMailTarget,
  asked: Asked,
  budgetMs: number,
): ({ is: 'granted'; lastsMs: number } & Asked) | { is: 'no-room'; says: string } => {
  const own = offerLadder(target, asked);
  if (own.is === 'no-room') return own;
  const { account, most, intervalMs } = own.offer;
  if (account !== asked.account)
    return { is: 'no-room', says: `the file of this site has the ${account} account climbed, not this one` };
  return {
    is: 'granted',
    account,
    most: Math.min(asked.most, most),
    intervalMs: Math.max(asked.intervalMs, intervalMs),
    lastsMs: Math.min(budgetMs, own.offer.budgetMs),
  };
};

/** Targets that log in to an account of this one, itself among them: while one climbs, nobody of them may be misled by it. */
export const sharingAccounts = (target: ConfiguredTarget, targets: readonly ConfiguredTarget[]): ConfiguredTarget[] => {
  const mine = accountsOf(target);
  return targets.filter(other => other.id === target.id || accountsOf(other).some(account => mine.includes(account)));
};

/** The account that is climbed on, at its server: the same for whoever names it so, by whatever name of a target. */
export const climbedAccount = (target: ConfiguredTarget, account: LadderOffer['account']): string => {
  if (target.kind !== 'uccx-mail') return target.id;
  const mailbox = (account === 'test' ? target.ladder?.testMailbox : undefined) ?? target.mailbox;
  return `${accountOf({ mailbox })} at ${target.imap.host}:${target.imap.port}`;
};

/** Every account that a look at this target may log in to. */
const accountsOf = (target: ConfiguredTarget): string[] => {
  if (target.kind !== 'uccx-mail') return [];
  const { mailbox, ladder } = target;
  return [mailbox, ...(ladder?.testMailbox ? [ladder.testMailbox] : [])].map(each => accountOf({ mailbox: each }));
};

const limitOf = ({ limits }: ConfiguredMailTarget): LadderOffer['limit'] => {
  const read = [limits?.imapConnectionsPerUser, limits?.storeSessionsPerUser].filter(value => value !== undefined);
  return limits && read.length > 0 ? { sessions: Math.min(...read), readOn: limits.readOn } : null;
};
