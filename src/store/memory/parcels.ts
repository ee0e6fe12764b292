import type { Clock } from '../../domain/clock.js';
import type { Parcel, Parcels } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryParcels = (clock: Clock, { parcelMs }: Limits): Parcels => {
  const kept = expiring<Parcel>(clock);
  return {
    put: async (id, parcel) => kept.set(id, { ...parcel }, parcelMs),
    get: async id => kept.get(id) ?? null,
    drop: async id => kept.delete(id),
  };
};
