import type { Clock } from '../../domain/clock.js';
import type { SiteId } from '../../domain/ids.js';
import type { WorkerBeat } from '../../domain/site-state.js';
import type { Heartbeats } from '../../intake/ports.js';
import type { Limits } from '../store.js';

type Said = { beat: WorkerBeat; at: number; aheadMs: number; left: boolean };

export const memoryHeartbeats = (
  store: Clock,
  { heardMs, heardCount }: Pick<Limits, 'heardMs' | 'heardCount'>,
): Heartbeats => {
  const sites = new Map<SiteId, Map<string, Said>>();
  const tell = (beat: WorkerBeat, clock: Clock, left: boolean): void => {
    const said = sites.get(beat.site) ?? new Map<string, Said>();
    sites.set(beat.site, said);
    said.delete(beat.worker); // a Map keeps the order in which keys came
    said.set(beat.worker, { beat, at: store.now(), aheadMs: clock.now() - store.now(), left });
    for (const old of [...said.keys()].slice(0, -heardCount)) said.delete(old);
  };
  return {
    beat: async (beat, clock) => tell(beat, clock, false),
    leave: async (beat, clock) => tell(beat, clock, true),
    heard: async (site, clock) =>
      [...(sites.get(site)?.values() ?? [])]
        .reverse()
        .filter(({ at }) => store.now() - at <= heardMs)
        .map(({ beat, at, aheadMs, left }) => ({
          ...beat,
          silentMs: store.now() - at,
          aheadMs: aheadMs - (clock.now() - store.now()),
          left,
        })),
  };
};
