import type { Clock } from '../../domain/clock.js';
import type { Claims, Holder, Runs } from '../../intake/ports.js';
import { LIMITS, type Limits, type Store } from '../store.js';
import { memoryAudit } from './audit.js';
import { memoryConsents } from './consents.js';
import { memoryConversations } from './conversations.js';
import { memoryDigests } from './digests.js';
import { expiring } from './expiring.js';
import { memoryGoingReadings } from './going-readings.js';
import { memoryHeartbeats } from './heartbeats.js';
import { memoryHistory } from './history.js';
import { memoryInbox } from './inbox.js';
import { memoryLogins } from './logins.js';
import { memoryParcels } from './parcels.js';
import { memoryPens } from './pens.js';
import { memoryQuiets } from './quiets.js';
import { memoryRates } from './rates.js';
import { memoryReadings } from './readings.js';
import { memorySlots } from './slots.js';
import { memoryStops } from './stops.js';
import { memoryWatches } from './watches.js';

/** The store of one process alone: the command line, and tests. What it remembers ends with the process. */
export const memoryStore = (clock: Clock, limits: Partial<Limits> = {}): Store => {
  const all = { ...LIMITS, ...limits };
  return {
    runs: memoryRuns(clock, all),
    inbox: memoryInbox(clock, all),
    claims: memoryClaims(clock),
    consents: memoryConsents(clock, all),
    stops: memoryStops(clock, all),
    pens: memoryPens(clock, all),
    slots: memorySlots(clock, all),
    logins: memoryLogins(clock, all),
    history: memoryHistory(all),
    conversations: memoryConversations(),
    digests: memoryDigests(),
    quiets: memoryQuiets(),
    rates: memoryRates(clock),
    watches: memoryWatches(),
    heartbeats: memoryHeartbeats(clock, all),
    parcels: memoryParcels(clock, all),
    readings: memoryReadings(clock, all),
    auditLog: memoryAudit(),
    goingReadings: memoryGoingReadings(clock, all),
  };
};

const memoryRuns = (clock: Clock, { beginMs, keepMs }: Limits): Runs => {
  const runs = expiring<'begun' | 'kept'>(clock);
  return {
    begin: async run => {
      if (runs.get(run)) return false;
      runs.set(run, 'begun', beginMs);
      return true;
    },
    keep: async run => runs.set(run, 'kept', keepMs),
    resume: async run => {
      if (runs.get(run) === 'kept') return false;
      runs.delete(run);
      return true;
    },
  };
};

const memoryClaims = (clock: Clock): Claims => {
  const claims = expiring<{ holder: Holder }>(clock);
  return {
    take: async (target, holder, forMs) => {
      const held = claims.get(target)?.holder;
      if (held && held.run !== holder.run) return { is: 'held', by: { ...held } };
      const { since, link } = held ?? holder;
      claims.set(target, { holder: { run: holder.run, since, link: holder.link ?? link } }, forMs);
      return { is: 'taken' };
    },
    locate: async (target, run, link) => {
      const held = claims.get(target);
      if (held?.holder.run === run) held.holder = { ...held.holder, link };
    },
    release: async (target, run) => {
      if (claims.get(target)?.holder.run === run) claims.delete(target);
    },
    holder: async target => {
      const held = claims.get(target)?.holder;
      return held ? { ...held } : null;
    },
  };
};
