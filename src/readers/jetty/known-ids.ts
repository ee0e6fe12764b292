import { isLike, type Stretch, stretchOf } from './stretch.js';
import type { Followed } from './subscriptions.js';

/** An id as it stands in an address, with what follows it there (`&pid=25672`), and whom it means. */
export type KnownId = { address: Stretch; about: Followed };

/** Ids found by their bytes, without a string. Who shares a place with too many others is not remembered. */
export const knownIds = () => {
  let places: (KnownId | null)[] = new Array(PLACES).fill(null);
  let count = 0;

  return { find, remember };

  function find(view: DataView, bytes: number, at: number): KnownId | null {
    const first = placeOf(view, at);
    for (let near = 0; near < NEAR; near++) {
      const known = places[(first + near) & (PLACES - 1)];
      if (!known) return null;
      if (isLike(view, bytes, at, known.address)) return known;
    }
    return null;
  }

  function remember(view: DataView, from: number, to: number, about: Followed): void {
    const known = find(view, view.byteLength, from);
    if (known) {
      known.about = about;
      return;
    }
    if (count >= MOST_KNOWN) {
      places = new Array(PLACES).fill(null);
      count = 0;
    }
    const first = placeOf(view, from);
    for (let near = 0; near < NEAR; near++) {
      const place = (first + near) & (PLACES - 1);
      if (places[place]) continue;
      places[place] = { address: stretchOf(view, from, to), about };
      count++;
      return;
    }
  }
};

/** The first eight digits tell nearly all ids apart. */
const placeOf = (view: DataView, at: number): number => {
  const mixed = Math.imul(view.getInt32(at, true), 0x9e3779b1) ^ Math.imul(view.getInt32(at + 4, true), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (PLACES - 1);
};

const MOST_KNOWN = 60_000;
const PLACES = 131_072;
const NEAR = 8;
