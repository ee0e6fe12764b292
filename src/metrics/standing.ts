import type { Clock } from '../domain/clock.js';
import type { Digest } from '../domain/digest.js';
import { lastSlot } from '../domain/digest-slots.js';
import type { SiteId } from '../domain/ids.js';
import { type Backlog, isAlive } from '../domain/site-state.js';
import { withConfigured } from '../domain/with-configured.js';
import type { Digests, Heartbeats } from '../intake/ports.js';
import type { Meters } from './meters.js';

export type StandingDeps = {
  clock: Clock;
  meters: Meters;
  ping: () => Promise<unknown>;
  sites: readonly SiteId[];
  queues: readonly string[];
  backlog: {
    ofSite: (site: SiteId) => Promise<Backlog>;
    ofQueue: (name: string) => Promise<Backlog & { delayed: number }>;
  };
  heartbeats: Pick<Heartbeats, 'heard'>;
  digests: Pick<Digests, 'all' | 'memory' | 'told'>;
  configured: readonly Digest[];
  /** Null while questions of that platform can come in. */
  entrances: () => ReadonlyMap<string, string | null>;
};

/** A check, its deadline, and the seconds by which digests are spread: after this one is late. */
const LATE_MS = 120_000;
const LOOK_BACK_MS = 2 * 3_600_000;
/** Several scrapers ask at once, or somebody without patience: Redis is asked once. */
const FRESH_MS = 2_000;

const FROM_REDIS = [
  'uccx_doctor_queue_jobs',
  'uccx_doctor_queue_oldest_seconds',
  'uccx_doctor_site_orders',
  'uccx_doctor_site_oldest_order_seconds',
  'uccx_doctor_site_workers',
  'uccx_doctor_site_workers_distrusted',
  'uccx_doctor_site_clock_difference_seconds',
  'uccx_doctor_digests_overdue',
] as const;

/** Brings the gauges up to date that tell how all stands now. What cannot be read is left out. */
export const makeStanding = (deps: StandingDeps): (() => Promise<void>) => {
  const { clock, meters, ping, sites, queues, backlog, heartbeats, entrances } = deps;
  let looked = { at: Number.NEGATIVE_INFINITY, done: Promise.resolve() };
  return () => {
    if (clock.now() - looked.at > FRESH_MS || clock.now() < looked.at) looked = { at: clock.now(), done: look() };
    return looked.done;
  };

  async function look(): Promise<void> {
    for (const [platform, ailing] of entrances())
      meters.set('uccx_doctor_entrance_up', ailing === null ? 1 : 0, { platform });
    for (const name of FROM_REDIS) meters.clear(name);
    try {
      await ping();
      await Promise.all([...queues.map(queue), ...sites.map(site), overdue()]);
      meters.set('uccx_doctor_redis_up', 1);
    } catch {
      meters.set('uccx_doctor_redis_up', 0); // the connection says what it is in the log
    }
  }

  async function queue(name: string): Promise<void> {
    const { waiting, underWay, delayed, oldestAt } = await backlog.ofQueue(name);
    const states = { waiting, 'under-way': underWay, delayed };
    for (const [state, jobs] of Object.entries(states))
      meters.set('uccx_doctor_queue_jobs', jobs, { queue: name, state });
    meters.set('uccx_doctor_queue_oldest_seconds', since(oldestAt), { queue: name });
  }

  async function site(id: SiteId): Promise<void> {
    const [{ waiting, underWay, oldestAt }, heard] = await Promise.all([
      backlog.ofSite(id),
      heartbeats.heard(id, clock),
    ]);
    meters.set('uccx_doctor_site_orders', waiting, { site: id, state: 'waiting' });
    meters.set('uccx_doctor_site_orders', underWay, { site: id, state: 'under-way' });
    meters.set('uccx_doctor_site_oldest_order_seconds', since(oldestAt), { site: id });
    const alive = heard.filter(isAlive);
    meters.set('uccx_doctor_site_workers', alive.length, { site: id });
    const distrusted = alive.filter(({ distrust }) => distrust !== undefined);
    meters.set('uccx_doctor_site_workers_distrusted', distrusted.length, { site: id });
    const [furthest] = alive.map(({ aheadMs }) => aheadMs).sort((a, b) => Math.abs(b) - Math.abs(a));
    if (furthest !== undefined) meters.set('uccx_doctor_site_clock_difference_seconds', furthest / 1000, { site: id });
  }

  async function overdue(): Promise<void> {
    const { digests, configured } = deps;
    const all = withConfigured(configured, await digests.all());
    const late = await Promise.all(all.map(isLate));
    meters.set('uccx_doctor_digests_overdue', late.filter(Boolean).length);
  }

  async function isLate(digest: Digest): Promise<boolean> {
    const slot = lastSlot(digest, clock.now() - LATE_MS, LOOK_BACK_MS);
    if (slot === null) return false;
    const [memory, told] = await Promise.all([deps.digests.memory(digest.id), deps.digests.told(digest.id)]);
    return memory !== null && slot > memory.since && (told === null || Date.parse(told.slot) < slot);
  }

  function since(at: string | null): number {
    return at === null ? 0 : Math.max(0, clock.now() - Date.parse(at)) / 1000;
  }
};
