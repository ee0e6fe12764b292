import { u32In } from './numbers.js';
import { type Format, type Framing, MAX_PACKET_BYTES } from './packet.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

type Order = { little: boolean; fraction: number };
/** First four bytes as a big-endian number, and what they say of the rest. */
const MAGIC: Readonly<Record<number, Order>> = {
  2712847316: { little: false, fraction: 1000 }, // a1b2c3d4, microseconds
  3569595041: { little: true, fraction: 1000 }, // d4c3b2a1
  2712812621: { little: false, fraction: 1_000_000 }, // a1b23c4d, nanoseconds
  1295823521: { little: true, fraction: 1_000_000 }, // 4d3cb2a1
};

export const isPcap = (bytes: Buffer): boolean => bytes.length >= 4 && MAGIC[bytes.readUInt32BE(0)] !== undefined;

/** The classic format of tcpdump, in either byte order (draft-ietf-opsawg-pcap). */
export const readPcap = (): Format => {
  let order: Order | null = null;

  return (bytes, at, state) => {
    if (!order) {
      if (bytes.length - at < FILE_HEADER) {
        state.needs = FILE_HEADER;
        return at;
      }
      order = MAGIC[bytes.readUInt32BE(at)] ?? null;
      if (!order) {
        state.broken = 'it does not begin as a capture';
        return at;
      }
      // The upper bits tell whether frames end with a checksum, which is of no matter here.
      state.packet.link = u32In(bytes, at + 20, order.little) & 0xffff;
      return at + FILE_HEADER;
    }
    return records(bytes, at, state, order);
  };
};

/** Every whole record from `from` on: a call for each would cost as much as what is looked at of most of them. */
const records = (bytes: Buffer, from: number, state: Framing, { little, fraction }: Order): number => {
  const { packet } = state;
  let at = from;
  while (at + RECORD_HEADER <= bytes.length) {
    const kept = u32In(bytes, at + 8, little);
    if (kept > MAX_PACKET_BYTES) {
      state.broken = `packet ${packet.number + 1} states ${kept} bytes, and a packet has at most ${MAX_PACKET_BYTES}`;
      return at;
    }
    const end = at + RECORD_HEADER + kept;
    if (end > bytes.length) {
      state.needs = RECORD_HEADER + kept;
      return at;
    }
    packet.number += 1;
    packet.atMs = u32In(bytes, at, little) * 1000 + u32In(bytes, at + 4, little) / fraction;
    packet.bytes = bytes;
    packet.start = at + RECORD_HEADER;
    packet.end = end;
    packet.wireBytes = u32In(bytes, at + 12, little);
    state.take(packet);
    at = end;
  }
  state.needs = RECORD_HEADER;
  return at;
};
