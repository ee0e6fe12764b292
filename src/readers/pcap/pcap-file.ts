import { type Format, MAX_PACKET_BYTES } from './packet.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** First four bytes as a big-endian number, and what they say of the rest. */
const MAGIC: Readonly<Record<number, { little: boolean; fraction: number }>> = {
  2712847316: { little: false, fraction: 1000 }, // a1b2c3d4, microseconds
  3569595041: { little: true, fraction: 1000 }, // d4c3b2a1
  2712812621: { little: false, fraction: 1_000_000 }, // a1b23c4d, nanoseconds
  1295823521: { little: true, fraction: 1_000_000 }, // 4d3cb2a1
};

export const isPcap = (bytes: Buffer): boolean => bytes.length >= 4 && MAGIC[bytes.readUInt32BE(0)] !== undefined;

/** The classic format of tcpdump, in either byte order (draft-ietf-opsawg-pcap). */
export const readPcap = (): Format => {
  let order: { little: boolean; fraction: number } | null = null;

  return (bytes, at, state) => {
    const left = bytes.length - at;
    if (!order) {
      if (left < FILE_HEADER) {
        state.needs = FILE_HEADER;
        return at;
      }
      order = MAGIC[bytes.readUInt32BE(at)] ?? null;
      if (!order) {
        state.broken = 'it does not begin as a capture';
        return at;
      }
      // The upper bits tell whether frames end with a checksum, which is of no matter here.
      state.packet.link = (order.little ? bytes.readUInt32LE(at + 20) : bytes.readUInt32BE(at + 20)) & 0xffff;
      return at + FILE_HEADER;
    }
    if (left < RECORD_HEADER) {
      state.needs = RECORD_HEADER;
      return at;
    }
    const { little, fraction } = order;
    const kept = u32(bytes, at + 8, little);
    if (kept > MAX_PACKET_BYTES) {
      state.broken = `packet ${state.packet.number + 1} states ${kept} bytes, and a packet has at most ${MAX_PACKET_BYTES}`;
      return at;
    }
    if (left < RECORD_HEADER + kept) {
      state.needs = RECORD_HEADER + kept;
      return at;
    }
    const { packet } = state;
    const seconds = u32(bytes, at, little);
    const part = u32(bytes, at + 4, little);
    packet.number += 1;
    packet.atMs = seconds * 1000 + part / fraction;
    packet.bytes = bytes;
    packet.start = at + RECORD_HEADER;
    packet.end = packet.start + kept;
    packet.wireBytes = u32(bytes, at + 12, little);
    state.take(packet);
    return packet.end;
  };
};

/** Four of these are read of every packet, and a call that checks its bounds anew costs more than the rest. */
const u32 = (bytes: Buffer, at: number, little: boolean): number => {
  const first = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const last = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  if (!little) return ((first << 16) | last) >>> 0;
  const swapped = ((last & 255) << 24) | ((last >> 8) << 16) | ((first & 255) << 8) | (first >> 8);
  return swapped >>> 0;
};
