import type { Clock } from '../../domain/clock.js';
import type { TargetId } from '../../domain/ids.js';
import type { Slots } from '../../intake/ports.js';
import { pause } from '../pause.js';
import type { Limits } from '../store.js';

type Door = { holders: Map<symbol, number>; waiters: symbol[] };

export const memorySlots = (clock: Clock, { slots }: Limits): Slots => {
  const doors = new Map<TargetId, Door>();
  const doorOf = (target: TargetId): Door => {
    const door = doors.get(target) ?? { holders: new Map(), waiters: [] };
    doors.set(target, door);
    return door;
  };
  return {
    hold: async (target, forMs, signal) => {
      signal.throwIfAborted();
      const { holders, waiters } = doorOf(target);
      const me = Symbol(target);
      const mayEnter = () => {
        for (const [each, until] of holders) if (until <= clock.now()) holders.delete(each);
        return waiters.indexOf(me) < slots - holders.size;
      };
      waiters.push(me);
      try {
        while (!mayEnter()) await pause(signal);
        holders.set(me, clock.now() + forMs);
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        waiters.splice(waiters.indexOf(me), 1);
      }
      return async () => {
        holders.delete(me);
      };
    },
  };
};
