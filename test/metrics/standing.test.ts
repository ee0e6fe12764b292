import { describe, expect, it } from 'vitest';
import { signBeat, trustedHeartbeats } from '../../src/bin/trusted-heartbeats.js';
import { Digest } from '../../src/domain/digest.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { SiteId } from '../../src/domain/ids.js';
import { makeMeters } from '../../src/metrics/meters.js';
import { makeStanding, type StandingDeps } from '../../src/metrics/standing.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { signingOf } from '../support/signing.js';

const NOW = Date.parse('2026-11-21T08:10:00.000Z');
const hq = SiteId.parse('hq');
const idle = { waiting: 0, underWay: 0, delayed: 0, oldestAt: null };
const morning = Digest.parse({
  id: 'morning',
  when: { is: 'cron', pattern: '0 8 * * *' },
  zone: 'UTC',
  targets: [],
  onlyChanges: false,
  to: { is: 'named', platform: 'slack', name: 'C1' },
  by: null,
});

const rig = (more: Partial<StandingDeps> = {}) => {
  const time = { now: NOW };
  const clock = { now: () => time.now };
  const meters = makeMeters('bot');
  const store = memoryStore(clock);
  const look = makeStanding({
    clock,
    meters,
    ping: async () => 'PONG',
    sites: [hq],
    queues: ['reply'],
    backlog: { ofSite: async () => idle, ofQueue: async () => idle },
    heartbeats: store.heartbeats,
    digests: store.digests,
    configured: [],
    entrances: () => new Map([['slack', null]]),
    ...more,
  });
  const shown = async () => {
    await look();
    const lines = (await meters.text()).split('\n').filter(line => line.startsWith('uccx_doctor_'));
    return Object.fromEntries(lines.map(line => line.slice('uccx_doctor_'.length).split(/ (?=\S+$)/)));
  };
  const beat = (worker: string, aheadMs = 0) =>
    store.heartbeats.beat(
      { site: hq, worker, version: '1', machine: 'm', startedAt: '2026-11-21T08:00:00.000Z' },
      { now: () => time.now + aheadMs },
    );
  return { shown, store, time, beat };
};

describe('how all stands', () => {
  it('is shown for queues, sites, entrances and Redis', async () => {
    const oldestAt = new Date(NOW - 12_000).toISOString();
    const { shown, beat } = rig({
      backlog: {
        ofSite: async () => ({ waiting: 3, underWay: 1, oldestAt }),
        ofQueue: async () => ({ waiting: 0, underWay: 2, delayed: 4, oldestAt: null }),
      },
      entrances: () =>
        new Map([
          ['slack', null],
          ['teams', 'Teams has not answered yet'],
        ]),
    });
    await beat('worker-1', 20_000);
    await beat('worker-2', -90_000);
    expect(await shown()).toEqual({
      redis_up: '1',
      'entrance_up{platform="slack"}': '1',
      'entrance_up{platform="teams"}': '0',
      'queue_jobs{queue="reply",state="waiting"}': '0',
      'queue_jobs{queue="reply",state="under-way"}': '2',
      'queue_jobs{queue="reply",state="delayed"}': '4',
      'queue_oldest_seconds{queue="reply"}': '0',
      'site_orders{site="hq",state="waiting"}': '3',
      'site_orders{site="hq",state="under-way"}': '1',
      'site_oldest_order_seconds{site="hq"}': '12',
      'site_workers{site="hq"}': '2',
      'site_workers_distrusted{site="hq"}': '0',
      'site_clock_difference_seconds{site="hq"}': '-90',
      digests_overdue: '0',
      ...EMPTY,
    });
  });

  it('counts nobody who is gone', async () => {
    const { shown, beat, time } = rig();
    await beat('worker-1');
    expect(await shown()).toMatchObject({ 'site_workers{site="hq"}': '1' });
    time.now += 60_000;
    const later = await shown();
    expect(later).toMatchObject({ 'site_workers{site="hq"}': '0' });
    expect(later).not.toHaveProperty(['site_clock_difference_seconds{site="hq"}']);
  });

  it('counts workers that say what no key of their site has signed', async () => {
    const { heartbeats } = memoryStore({ now: () => NOW });
    const hqSigning = signingOf('site-hq');
    const own = { site: hq, version: '1', machine: 'm', startedAt: '2026-11-21T08:00:00.000Z' };
    const clock = { now: () => NOW };
    await heartbeats.beat(signBeat(hqSigning, { ...own, worker: 'worker-1' }, clock), clock);
    await heartbeats.beat({ ...own, worker: 'worker-2' }, clock);
    const { shown } = rig({ heartbeats: trustedHeartbeats(heartbeats, signingOf('bot')) });
    expect(await shown()).toMatchObject({
      'site_workers{site="hq"}': '2',
      'site_workers_distrusted{site="hq"}': '1',
    });
  });

  it('leaves out what Redis does not tell, in place of what was', async () => {
    let isUp = true;
    const { shown, time } = rig({
      ping: async () => {
        if (!isUp) throw new StoreDownError('gone');
      },
    });
    expect(await shown()).toHaveProperty(['site_workers{site="hq"}']);
    isUp = false;
    time.now += 10_000;
    expect(await shown()).toEqual({ redis_up: '0', 'entrance_up{platform="slack"}': '1', ...EMPTY });
  });

  it('asks Redis once, however many want to know', async () => {
    let pings = 0;
    const { shown, time } = rig({ ping: async () => void pings++ });
    await Promise.all([shown(), shown(), shown()]);
    expect(pings).toBe(1);
    time.now += 3_000;
    await shown();
    expect(pings).toBe(2);
  });
});

describe('a digest of eight, at ten past', () => {
  const at = (time: string) => `2026-11-21T${time}:00.000Z`;
  const before = { schedule: '', since: Date.parse(at('07:00')), laid: [] };
  it.each([
    ['not told is overdue', before, null, 0, '1'],
    ['told yesterday alone is overdue', before, '2026-11-20T08:00:00.000Z', 0, '1'],
    ['told is not', before, at('08:00'), 0, '0'],
    ['has some time', before, null, -8.5 * 60_000, '0'],
    ['that was made after eight is not', { ...before, since: Date.parse(at('08:05')) }, null, 0, '0'],
    ['is left to the next one after two hours', before, null, 2 * 3_600_000, '0'],
  ])('%s', async (_, memory, slot, shift, overdue) => {
    const { shown, store, time } = rig({ configured: [morning] });
    time.now = NOW + shift;
    await store.digests.remember(morning.id, memory);
    if (slot) await store.digests.tell(morning.id, { slot, at: slot, entries: [] });
    expect(await shown()).toMatchObject({ digests_overdue: overdue });
  });
});

/** A histogram without labels is there from the beginning. */
const EMPTY = expectEmpty();
function expectEmpty(): Record<string, string> {
  const buckets = ['30', '60', '120', '300', '900', '3600', '7200', '+Inf'];
  const name = 'digest_lateness_seconds';
  return {
    ...Object.fromEntries(buckets.map(le => [`${name}_bucket{le="${le}"}`, '0'])),
    [`${name}_sum`]: '0',
    [`${name}_count`]: '0',
  };
}
