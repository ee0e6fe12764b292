import type { SiteId, TargetId } from '../../domain/ids.js';
import { loginKey } from './logins.js';
import { STORE_PREFIX } from './redis-store.js';

/** What a user of Redis may do with keys of that pattern, as its ACL spells it. */
export type KeyRight = { may: 'read' | 'write' | 'all'; pattern: string };

/**
 * The keys of the store that the workers of a site need: what they share with other sites is about their own targets and accounts. A test
 * lets a worker work with these and no others.
 */
export const storeKeysOfSite = (
  site: SiteId,
  { targets, accounts }: { targets: readonly TargetId[]; accounts: readonly string[] },
): KeyRight[] => [
  { may: 'all', pattern: `${STORE_PREFIX}check` },
  { may: 'all', pattern: `${STORE_PREFIX}site:${site}:*` },
  // Whoever has agreed to a stop has agreed for every run; it is looked for by the run's name alone.
  { may: 'read', pattern: `${STORE_PREFIX}stop:*` },
  ...targets.flatMap((target): KeyRight[] => [
    { may: 'read', pattern: `${STORE_PREFIX}claim:${target}` },
    { may: 'all', pattern: `${STORE_PREFIX}slots:${target}:*` },
  ]),
  ...accounts.map((account): KeyRight => ({ may: 'all', pattern: `${loginKey(STORE_PREFIX, account)}:*` })),
];
