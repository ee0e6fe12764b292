import { LIMITS, type Limits, type Store } from '../store.js';
import { redisAudit } from './audit.js';
import { redisClaims } from './claims.js';
import { redisConsents } from './consents.js';
import { redisConversations } from './conversations.js';
import { redisDigests } from './digests.js';
import { redisGoingReadings } from './going-readings.js';
import { redisHeartbeats } from './heartbeats.js';
import { redisHistory } from './history.js';
import { redisInbox } from './inbox.js';
import { redisLogins } from './logins.js';
import { redisParcels } from './parcels.js';
import { redisPens } from './pens.js';
import { redisQuiets } from './quiets.js';
import { redisRates } from './rates.js';
import type { Shelf } from './reach.js';
import { redisReadings } from './readings.js';
import { redisRuns } from './runs.js';
import { redisSlots } from './slots.js';
import { redisStops } from './stops.js';
import { redisWatches } from './watches.js';

/** In one hash slot, and apart from the queue's keys, which begin with `{uccx}:` and a queue's name. */
export const STORE_PREFIX = '{uccx}:store:';

/** The store that all processes share. `redis` is a connection of the role `store`. */
export const redisStore = (
  { redis, say, seal, prefix = STORE_PREFIX }: Omit<Shelf, 'prefix'> & { prefix?: string },
  limits: Partial<Limits> = {},
): Store => {
  const shelf = { redis, say, prefix, ...(seal ? { seal } : {}) };
  const all = { ...LIMITS, ...limits };
  return {
    runs: redisRuns(shelf, all),
    inbox: redisInbox(shelf, all),
    claims: redisClaims(shelf),
    consents: redisConsents(shelf, all),
    stops: redisStops(shelf, all),
    pens: redisPens(shelf, all),
    slots: redisSlots(shelf, all),
    logins: redisLogins(shelf, all),
    history: redisHistory(shelf, all),
    conversations: redisConversations(shelf),
    digests: redisDigests(shelf),
    quiets: redisQuiets(shelf),
    rates: redisRates(shelf),
    watches: redisWatches(shelf),
    heartbeats: redisHeartbeats(shelf, all),
    parcels: redisParcels(shelf, all),
    readings: redisReadings(shelf, all),
    auditLog: redisAudit(shelf),
    goingReadings: redisGoingReadings(shelf, all),
  };
};
