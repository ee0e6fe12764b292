import type { Clock } from '../../domain/clock.js';
import type { RunId } from '../../domain/ids.js';
import { PRESSED, type Stops } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryStops = (clock: Clock, { stopMs }: Limits): Stops => {
  const pressed = expiring<true>(clock);
  const watching = new Map<RunId, Set<(says: string) => void>>();
  return {
    press: async run => {
      pressed.set(run, true, stopMs);
      const told = watching.get(run) ?? new Set();
      watching.delete(run);
      for (const onStop of told) onStop(PRESSED);
    },
    watch: (run, onStop) => {
      if (pressed.get(run)) {
        queueMicrotask(() => onStop(PRESSED));
        return () => {};
      }
      const told = watching.get(run) ?? new Set();
      watching.set(run, told.add(onStop));
      return () => {
        told.delete(onStop);
        if (told.size === 0) watching.delete(run);
      };
    },
  };
};
