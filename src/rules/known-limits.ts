import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Target } from '../domain/target.js';
import type { Present } from '../remedies/session-need.js';
import { inOrder } from './seen.js';

type ImapLimits = EvidenceOf<'imap-limits'>;
export type ServiceLimits = EvidenceOf<'imap-service-limits'>;
type StoreLimits = EvidenceOf<'store-limits'>;

type Limits = ImapLimits | ServiceLimits | StoreLimits;

/** Readings of which it is known whose they are. An output without a name is of one of several servers, and nobody sees of which. */
export const placed = <E extends Limits>(seen: readonly E[], target: Target): readonly E[] =>
  seen.filter(reading => isPlaced(reading, target));

const isPlaced = ({ server, source }: Limits, { exchange: { servers } }: Target): boolean =>
  server !== null || source.by === 'stated' || servers.length === 1;

/** Whose a reading is, behind «on». */
export const whoseLimit = (reading: Limits, target: Target): string =>
  reading.server ?? (isPlaced(reading, target) ? 'every server' : 'a server that is not named there');

/** What was read of the limit on connections of one account, by server. */
export const imapLimitOf = (seen: readonly ImapLimits[]): Present =>
  newestOf(seen, ({ maxConnectionsPerUser }) => maxConnectionsPerUser);

/** What was read of the limit on connections of one address, by server. */
export const addressLimitOf = (seen: readonly ServiceLimits[]): Present =>
  newestOf(seen, ({ maxConnectionsFromSingleIp }) => maxConnectionsFromSingleIp);

/** What was read of the limit on connections of all clients together, by server. */
export const totalLimitOf = (seen: readonly ServiceLimits[]): Present =>
  newestOf(seen, ({ maxConnections }) => maxConnections);

export const storeLimitOf = (seen: readonly StoreLimits[]): Present =>
  newestOf(seen, ({ serviceSessionsPerUser }) => serviceSessionsPerUser);

/** What was read of this very server counts before what was read of all, and the newer reading before the older; a tie is read low. */
const newestOf = <E extends Limits>(seen: readonly E[], limitIn: (item: E) => number | null): Present => {
  const known = inOrder(seen).flatMap(item => {
    const value = limitIn(item);
    const readOn = item.source.by === 'stated' ? item.source.readOn : item.at;
    return value === null ? [] : [{ server: item.server?.toLowerCase() ?? null, value, readOn }];
  });
  return server => {
    const own = known.filter(item => item.server === server.toLowerCase());
    const candidates = own.length > 0 ? own : known.filter(item => item.server === null);
    const newest = candidates
      .map(({ readOn }) => readOn)
      .sort()
      .at(-1);
    const values = candidates.filter(({ readOn }) => readOn === newest).map(({ value }) => value);
    return values.length > 0 ? Math.min(...values) : null;
  };
};
