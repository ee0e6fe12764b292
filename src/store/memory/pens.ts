import type { Clock } from '../../domain/clock.js';
import type { Pens } from '../../intake/ports.js';
import { pause } from '../pause.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryPens = (clock: Clock, { penMs, sealMs }: Limits): Pens => {
  const held = expiring<true>(clock);
  const sealed = expiring<true>(clock);
  return {
    lift: async run => {
      if (sealed.get(run) || held.get(run)) return false;
      held.set(run, true, penMs);
      return true;
    },
    lay: async run => held.delete(run),
    seal: async run => {
      sealed.set(run, true, sealMs);
      while (held.get(run)) await pause();
    },
  };
};
