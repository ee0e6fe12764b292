import type { Sink } from '../reader.js';
import type { Format, Framing, Packet } from './packet.js';
import { isPcap, readPcap } from './pcap-file.js';
import { isPcapng, readPcapng } from './pcapng-file.js';

export const isCapture = (bytes: Buffer): boolean => isPcap(bytes) || isPcapng(bytes);

type Taken = { take: (packet: Packet) => void; unread: (packet: number, why: string) => void };

/** Cuts a capture file into its packets, from pieces of any size. It keeps what is left of one record, never more. */
export const openCapture = ({ take, unread }: Taken): Sink => {
  const packet: Packet = { number: 0, atMs: Number.NaN, link: -1, bytes: NOTHING, start: 0, end: 0, wireBytes: 0 };
  const state: Framing = { packet, take, unread, needs: 4, skips: 0, broken: null };
  let format: Format | null = null;
  /** The beginning of a record whose rest comes with the next piece, in memory that is used again for each of them. */
  let held: Buffer = NOTHING;
  let heldBytes = 0;

  /** Takes every whole record there is, and returns where the rest begins. */
  const cut = (bytes: Buffer): number => {
    let at = 0;
    state.needs = 0;
    while (state.needs === 0 && state.broken === null) {
      if (state.skips > 0) {
        const skipped = Math.min(state.skips, bytes.length - at);
        state.skips -= skipped;
        at += skipped;
        if (state.skips > 0) break;
      }
      if (!format) {
        if (bytes.length < 4) {
          state.needs = 4;
          break;
        }
        format = isPcapng(bytes) ? readPcapng() : readPcap();
      }
      if (at === bytes.length) break;
      at = format(bytes, at, state);
    }
    if (state.broken === null) return at;
    unread(packet.number + 1, `${state.broken}: nothing behind it can be read`);
    return bytes.length;
  };

  /** A piece belongs to whoever gave it, who may fill it anew. */
  const hold = (bytes: Buffer, from: number, end: number): void => {
    const whole = heldBytes + end - from;
    if (held.length < whole) {
      const larger = Buffer.allocUnsafeSlow(Math.max(whole, state.needs, LEAST_HELD));
      held.copy(larger, 0, 0, heldBytes);
      held = larger;
    }
    bytes.copy(held, heldBytes, from, end);
    heldBytes = whole;
  };

  return {
    push: chunk => {
      let at = 0;
      // A record that two pieces share is put together alone, so that the rest of a piece need not be copied.
      while (heldBytes > 0 && at < chunk.length && state.broken === null) {
        const until = Math.min(chunk.length, at + Math.max(1, state.needs - heldBytes));
        hold(chunk, at, until);
        at = until;
        if (heldBytes < state.needs) continue;
        const whole = held.subarray(0, heldBytes);
        heldBytes = 0;
        const rest = cut(whole);
        if (rest < whole.length) hold(whole, rest, whole.length);
      }
      if (at === chunk.length || state.broken !== null) return;
      const fresh = at === 0 ? chunk : chunk.subarray(at);
      const rest = cut(fresh);
      if (rest < fresh.length) hold(fresh, rest, fresh.length);
    },
    end: () => {
      if (state.broken === null && (heldBytes > 0 || state.skips > 0))
        unread(packet.number + 1, 'the file ends in the middle of it');
    },
  };
};

const NOTHING: Buffer = Buffer.alloc(0);
/** Most packets fit in a frame of the wire. */
const LEAST_HELD = 4096;
