import type { EvidenceOf } from '../domain/evidence/index.js';
import type { PolicyLimits } from './assign-throttling-policy.js';
import type { StoreObject } from './raise-store-objects.js';
import type { Present } from './session-need.js';

/** What is known beside the target itself; whatever is left out, nobody read. */
export type Facts = {
  /** `MaxConnectionsPerUser`, `MaxConnectionFromSingleIP`, `MaxConnections`, `MaxCommandSize` of each server. */
  imapPerUser?: Present;
  imapPerAddress?: Present;
  imapInAll?: Present;
  imapCommandBytes?: Present;
  /** Registry value for sessions of one account, of each mailbox server. */
  storeSessions?: Present;
  /** The type that event 9646 names when it is not `session`, and its limit. */
  storeObject?: { type: StoreObject; present: Present };
  connectors?: readonly EvidenceOf<'connector-limits'>[];
  policy?: PolicyLimits;
  /** Users of single inbox. */
  users?: number;
};

export const notRead: Present = () => null;
