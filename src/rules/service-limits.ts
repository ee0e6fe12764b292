import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { raiseImapAddressLimit, raiseImapTotalLimit } from '../remedies/raise-imap-server-limits.js';
import { type Present, sessionNeedOf } from '../remedies/session-need.js';
import { addressLimitOf, placed, type ServiceLimits, totalLimitOf, whoseLimit } from './known-limits.js';
import { healthy, type Judgement, notApplicable, problem } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

type Body = Omit<Finding, 'rule'>;

/** Where nothing tells of anybody turned away: the limits that were read, against what UCCX needs. */
export const serviceSizing = (limits: readonly ServiceLimits[], target: MailTarget): Judgement => {
  const { servers } = target.exchange;
  const { needed } = sessionNeedOf(target);
  const [ofAddress, ofAll] = [addressLimitOf(limits), totalLimitOf(limits)];
  const below = (limitOf: Present, need: number) => servers.filter(server => (limitOf(server) ?? Infinity) < need);
  const [full, narrow] = [below(ofAll, needed), below(ofAddress, target.serverSessions)];
  const findings = [
    ...(full.length > 0 ? [tooFew('all clients together', needed, ofAll, full, limits, target)] : []),
    ...(narrow.length > 0 ? [tooFew('one address', target.serverSessions, ofAddress, narrow, limits, target)] : []),
  ];
  if (findings.length > 0) return problem(...findings);
  const own = [totalLimitOf(placed(limits, target)), addressLimitOf(placed(limits, target))];
  if (own.some(limitOf => servers.some(server => limitOf(server) === null)))
    return notApplicable('no event 1101 or 1103 of MSExchangeIMAP4 was read; that alone proves nothing');
  const shared = below(ofAddress, needed);
  return healthy(
    `the IMAP service lets all clients together hold ${lowest(ofAll, servers)} connections and one address ${lowest(ofAddress, servers)}; ` +
      `UCCX needs ${needed}${shared.length > 0 ? ', which would not fit where all agents share one address (NAT, Citrix, a balancer)' : ''}`,
  );
};

const lowest = (limitOf: Present, servers: readonly string[]): number =>
  Math.min(...servers.map(server => limitOf(server) ?? Infinity));

const tooFew = (
  who: 'all clients together' | 'one address',
  need: number,
  limitOf: Present,
  servers: readonly string[],
  limits: readonly ServiceLimits[],
  target: MailTarget,
): Body => {
  const there: MailTarget = { ...target, exchange: { ...target.exchange, servers: [...servers] } };
  const isAll = who === 'all clients together';
  const have = lowest(limitOf, servers);
  const own = (isAll ? totalLimitOf : addressLimitOf)(placed(limits, target));
  const remedy = (isAll ? raiseImapTotalLimit : raiseImapAddressLimit)(there, own);
  return {
    severity: 'critical',
    // Two for each agent is Cisco's number; those of the server itself are an assumption until somebody counts them.
    certainty: isAll && have < need - target.serverSessions ? 'proven' : 'likely',
    says:
      `The IMAP service of ${listed(servers)} lets ${who} hold ${have} connections; ` +
      `${isAll ? 'UCCX alone needs' : `${target.desktop === 'cad' ? 'the UCCX server' : 'SocialMiner or CCP'} alone needs`} ${need}.`,
    because: readings(limits, target),
    asks: [],
    remedies: remedy === null ? [] : [remedy],
  };
};

/** What was read of both limits, each with its place. */
export const readings = (limits: readonly ServiceLimits[], target: MailTarget): string[] =>
  inOrder(limits).map(reading => {
    const { source, maxConnectionsFromSingleIp: ofAddress, maxConnections: ofAll } = reading;
    return `${placeOf(source)}: MaxConnectionFromSingleIP ${ofAddress ?? 'not said'}, MaxConnections ${ofAll ?? 'not said'} on ${whoseLimit(reading, target)}`;
  });
