import type { Clock } from '../../domain/clock.js';
import { GoingReading } from '../../domain/going-reading.js';
import type { GoingReadings } from '../../intake/ports.js';
import type { Limits } from '../store.js';

export const memoryGoingReadings = (clock: Clock, { goingMs }: Pick<Limits, 'goingMs'>): GoingReadings => {
  const noted = new Map<string, { going: GoingReading; until: number }>();
  return {
    note: async going => {
      noted.set(going.run, { going: GoingReading.parse(structuredClone(going)), until: clock.now() + goingMs });
    },
    end: async ({ run }) => void noted.delete(run),
    lost: async () => {
      const late = [...noted.values()].filter(({ until }) => until <= clock.now());
      for (const { going } of late) noted.delete(going.run);
      return late.map(({ going }) => going);
    },
  };
};
