import { u16In, u32In, word } from './numbers.js';
import { type Format, type Framing, MAX_PACKET_BYTES } from './packet.js';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const PACKET = 6;
const MAX_INTERFACES = 1024;

export const isPcapng = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32BE(0) === SECTION;

/** Where packets were taken: what begins them, how many are kept of each, and what their times count. */
type Interface = { link: number; snap: number; unitsPerMs: number; offsetMs: number };

/**
 * The format of Wireshark (draft-ietf-opsawg-pcapng): sections, each with a byte order and interfaces of its own. Blocks that hold no
 * packets are passed over unseen, the one with decryption secrets among them.
 */
export const readPcapng = (): Format => {
  let little = true;
  let interfaces: Interface[] = [];
  let begun = false;
  const u16 = (bytes: Buffer, at: number) => u16In(bytes, at, little);
  const u32 = (bytes: Buffer, at: number) => u32In(bytes, at, little);

  return (bytes, from, state) => {
    let at = from;
    while (at + 12 <= bytes.length) {
      const next = block(bytes, at, state);
      if (next === at || state.broken !== null) return at;
      at = next;
    }
    state.needs = 12;
    return at;
  };

  /** One block; where it is not whole, nothing moves. */
  function block(bytes: Buffer, at: number, state: Framing): number {
    const isSection = word(bytes, at) === SECTION;
    if (isSection) {
      const magic = bytes.readUInt32BE(at + 8);
      if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) return broken(state, 'a section has no byte order');
      little = magic === 0x4d3c2b1a;
      interfaces = [];
      begun = true;
    }
    if (!begun) return broken(state, 'it does not begin as a capture');
    const type = isSection ? SECTION : u32(bytes, at);
    const length = u32(bytes, at + 4);
    if (length < 12 || length % 4 !== 0)
      return broken(state, `a block after packet ${state.packet.number} states a length of ${length} bytes`);
    const isPacket = type === PACKET || type === SIMPLE_PACKET || type === OLD_PACKET;
    if (!isPacket && type !== INTERFACE) {
      state.skips = length;
      return at;
    }
    if (length > MAX_PACKET_BYTES + 65_536)
      return broken(
        state,
        `packet ${state.packet.number + 1} states ${length} bytes, and a packet has at most ${MAX_PACKET_BYTES}`,
      );
    if (at + length > bytes.length) {
      state.needs = length;
      return at;
    }
    if (u32(bytes, at + length - 4) !== length)
      return broken(state, `a block after packet ${state.packet.number} states two different lengths`);
    if (isPacket) takePacket(bytes, at, length, type, state);
    else if (interfaces.length < MAX_INTERFACES) interfaces.push(interfaceIn(bytes, at, length));
    return at + length;
  }

  function takePacket(bytes: Buffer, at: number, length: number, type: number, state: Framing): void {
    const { packet } = state;
    packet.number += 1;
    const isSimple = type === SIMPLE_PACKET;
    const header = isSimple ? 12 : 28;
    const room = length - header - 4;
    const own =
      room < 0 || isSimple ? interfaces[0] : interfaces[type === PACKET ? u32(bytes, at + 8) : u16(bytes, at + 8)];
    const wire = room < 0 ? 0 : u32(bytes, at + (isSimple ? 8 : 24));
    const stated = room < 0 ? 0 : isSimple ? Math.min(wire, own?.snap || wire, room) : u32(bytes, at + 20);
    if (!own || stated > room) {
      state.unread(
        packet.number,
        own
          ? `it states ${stated} bytes in a block that has room for ${Math.max(0, room)}`
          : 'it belongs to an interface that the file does not describe',
      );
      return;
    }
    const units = isSimple ? Number.NaN : u32(bytes, at + 12) * 4_294_967_296 + u32(bytes, at + 16);
    packet.atMs = units / own.unitsPerMs + own.offsetMs;
    packet.link = own.link;
    packet.bytes = bytes;
    packet.start = at + header;
    packet.end = packet.start + stated;
    packet.wireBytes = wire;
    state.take(packet);
  }

  function interfaceIn(bytes: Buffer, at: number, length: number): Interface {
    const end = at + length - 4;
    const found: Interface = { link: -1, snap: 0, unitsPerMs: 1000, offsetMs: 0 };
    if (length < 20) return found;
    found.link = u16(bytes, at + 8);
    found.snap = u32(bytes, at + 12);
    for (let option = at + 16; option + 4 <= end; ) {
      const [code, size] = [u16(bytes, option), u16(bytes, option + 2)];
      if (code === 0 || option + 4 + size > end) break;
      if (code === 9 && size >= 1) found.unitsPerMs = unitsPerMs(bytes.readUInt8(option + 4));
      if (code === 14 && size === 8)
        found.offsetMs = 1000 * Number(little ? bytes.readBigInt64LE(option + 4) : bytes.readBigInt64BE(option + 4));
      option += 4 + size + ((4 - (size % 4)) % 4);
    }
    return found;
  }
};

/** A power of ten, or of two where the highest bit is set. */
const unitsPerMs = (resolution: number): number =>
  (resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution) / 1000;

const broken = (state: Framing, why: string): number => {
  state.broken = why;
  return 0;
};
