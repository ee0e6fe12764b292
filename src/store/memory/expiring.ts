import type { Clock } from '../../domain/clock.js';

/** Values that end by themselves, as keys of Redis do. */
export type Expiring<Value> = {
  get: (key: string) => Value | undefined;
  set: (key: string, value: Value, forMs: number) => void;
  delete: (key: string) => void;
};

export const expiring = <Value>(clock: Clock): Expiring<Value> => {
  const kept = new Map<string, { value: Value; until: number }>();
  const get = (key: string) => {
    const entry = kept.get(key);
    return entry && entry.until > clock.now() ? entry.value : undefined;
  };
  return {
    get,
    set: (key, value, forMs) => {
      for (const [each, { until }] of kept) if (until <= clock.now()) kept.delete(each);
      kept.set(key, { value, until: clock.now() + forMs });
    },
    delete: key => {
      kept.delete(key);
    },
  };
};
