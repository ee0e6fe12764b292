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
  let parts: Buffer[] = [];
  let kept = 0;

  const cut = (bytes: Buffer): void => {
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
    if (state.broken !== null) {
      unread(packet.number + 1, `${state.broken}: nothing behind it can be read`);
      parts = [];
      kept = 0;
      return;
    }
    // A piece belongs to whoever gave it, who may fill it anew.
    parts = at < bytes.length ? [Buffer.from(bytes.subarray(at))] : [];
    kept = bytes.length - at;
  };

  return {
    push: chunk => {
      let at = 0;
      // A record that two pieces share is put together alone, so that the rest of a piece need not be copied.
      while (kept > 0 && at < chunk.length && state.broken === null) {
        const part = chunk.subarray(at, at + Math.max(1, state.needs - kept));
        at += part.length;
        kept += part.length;
        parts.push(Buffer.from(part));
        if (kept >= state.needs) cut(Buffer.concat(parts));
      }
      if (at < chunk.length && state.broken === null) cut(at === 0 ? chunk : chunk.subarray(at));
    },
    end: () => {
      if (state.broken === null && (kept > 0 || state.skips > 0))
        unread(packet.number + 1, 'the file ends in the middle of it');
    },
  };
};

const NOTHING: Buffer = Buffer.alloc(0);
