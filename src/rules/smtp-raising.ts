import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { dedicatedReceiveConnector } from '../remedies/dedicated-receive-connector.js';
import { raiseConnectorLimits } from '../remedies/raise-connector-limits.js';
import { raiseConnectorRate } from '../remedies/raise-connector-rate.js';

type Limits = EvidenceOf<'connector-limits'>;

/** A connector of its own changes nothing for anybody else, so it comes before raising one; else what answered, if its values are known. */
export const raising = (kind: 'per-source' | 'rate', limits: readonly Limits[], target: MailTarget): Remedy[] => {
  if (target.exchange.version === 'online') return [];
  const present = limits.find(({ connector }) => connector === target.smtp.connector) ?? null;
  // From 2013 on the proxy connector behind port 587 counts as well, so a connector of its own would not be enough.
  const rate = kind === 'rate' ? raiseConnectorRate(target, limits) : null;
  if (rate) return [rate];
  const own = dedicatedReceiveConnector(target, present);
  if (own) return [own];
  const hit = kind === 'rate' ? 'messages-per-minute' : 'connections-per-source';
  const raise = present ? raiseConnectorLimits(target, present, hit) : null;
  return raise ? [raise] : [];
};
