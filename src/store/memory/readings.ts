import type { Clock } from '../../domain/clock.js';
import type { RunId, TargetId } from '../../domain/ids.js';
import { KeptReading } from '../../domain/kept-reading.js';
import type { Readings } from '../../intake/ports.js';
import { oldestFirst, type ShelvedReading, tooMuch } from '../kept-readings.js';
import type { Limits } from '../store.js';

export const memoryReadings = (clock: Clock, limits: Limits): Readings => {
  const shelves = new Map<TargetId, Map<RunId, ShelvedReading & { until: number }>>();
  const young = (target: TargetId) => {
    const shelf = shelves.get(target) ?? new Map<RunId, ShelvedReading & { until: number }>();
    for (const [run, { until }] of shelf) if (until <= clock.now()) shelf.delete(run);
    shelves.set(target, shelf);
    return shelf;
  };
  return {
    keep: async reading => {
      if (limits.readingMs === 0) return;
      const shelf = young(reading.target);
      const bytes = JSON.stringify(reading).length;
      const until = clock.now() + limits.readingMs;
      shelf.set(reading.run, { reading: KeptReading.parse(structuredClone(reading)), bytes, until });
      for (const each of tooMuch([...shelf.values()], limits)) shelf.delete(each.reading.run);
    },
    kept: async target => structuredClone([...young(target).values()].sort(oldestFirst).map(({ reading }) => reading)),
    forget: async target => {
      shelves.delete(target);
    },
  };
};
