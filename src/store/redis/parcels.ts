import { z } from 'zod';
import type { Parcels } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';

const Kept = z.object({ name: z.string(), content: z.string(), user: z.string() });

/** `parcel:<id>` → the file and whose it is, for an hour. */
export const redisParcels = ({ redis, prefix, say }: Shelf, { parcelMs }: Limits): Parcels => {
  const key = (id: string) => `${prefix}parcel:${id}`;
  return {
    put: async (id, parcel) => {
      await reach('keeping a file', () => redis.set(key(id), JSON.stringify(parcel), 'PX', parcelMs));
    },
    get: async id => {
      const text = await reach('reading a file', () => redis.get(key(id)));
      if (text === null) return null;
      try {
        return Kept.parse(JSON.parse(text));
      } catch {
        say('a file that waited to be fetched could not be read and was left out');
        return null;
      }
    },
    drop: async id => {
      await reach('dropping a file', () => redis.del(key(id)));
    },
  };
};
