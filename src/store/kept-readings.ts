import type { KeptReading } from '../domain/kept-reading.js';
import type { Limits } from './store.js';

/** A reading as it lies in the store. */
export type ShelvedReading = { reading: KeptReading; bytes: number };

export const oldestFirst = (a: { reading: KeptReading }, b: { reading: KeptReading }): number =>
  Date.parse(a.reading.at) - Date.parse(b.reading.at);

/** Those that are too many or too much for one target: the oldest, and never the newest. */
export const tooMuch = (
  shelved: readonly ShelvedReading[],
  { readingCount, readingBytes }: Pick<Limits, 'readingCount' | 'readingBytes'>,
): ShelvedReading[] => {
  const newestFirst = [...shelved].sort(oldestFirst).reverse();
  let bytes = 0;
  return newestFirst.filter((each, index) => {
    bytes += each.bytes;
    return index > 0 && (index >= readingCount || bytes > readingBytes);
  });
};
