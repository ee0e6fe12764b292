import type { Clock } from '../../domain/clock.js';
import type { Rates } from '../../intake/ports.js';
import { expiring } from './expiring.js';

export const memoryRates = (clock: Clock): Rates => {
  const evenly = expiring<number>(clock);
  return {
    take: async wanted => {
      const now = clock.now();
      const next = wanted.map(({ what, most, perMs }) => Math.max(now, evenly.get(what) ?? 0) + perMs / most);
      const late = Math.max(0, ...wanted.map(({ perMs }, i) => Math.ceil((next[i] as number) - now - perMs)));
      if (late > 0) return late;
      for (const [i, { what }] of wanted.entries())
        evenly.set(what, next[i] as number, Math.ceil((next[i] as number) - now));
      return 0;
    },
  };
};
