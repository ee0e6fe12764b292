import { u16, word } from './numbers.js';
import type { Packet } from './packet.js';

/** A TCP segment of one of the wanted ports; the same object is filled anew for each. Addresses are words: four of the sender, four of the receiver. */
export type Segment = {
  family: 4 | 6;
  words: Int32Array;
  fromPort: number;
  toPort: number;
  seq: number;
  ack: number;
  flags: number;
  bytes: Buffer;
  start: number;
  end: number;
  /** Bytes of its contents that the capture did not keep. */
  lost: number;
};
export const FLAGS = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

type Looking = {
  /** Not zero for each port of interest. */
  ports: Uint8Array;
  unread: (packet: number, why: string) => void;
};

/** Takes a packet out of its envelopes. Null: it is of no interest here, or was reported as unread. */
export const openSegments = ({ ports, unread }: Looking): ((packet: Packet) => Segment | null) => {
  const segment: Segment = {
    family: 4,
    words: new Int32Array(8),
    fromPort: 0,
    toPort: 0,
    seq: 0,
    ack: 0,
    flags: 0,
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    lost: 0,
  };
  const short = (packet: Packet): null => {
    const isCut = packet.wireBytes > packet.end - packet.start;
    unread(packet.number, isCut ? 'the capture cut it before its contents' : 'its headers state more than it has');
    return null;
  };

  return packet => {
    const at = networkIn(packet);
    if (at === OTHER) return null;
    if (at === UNKNOWN) {
      unread(packet.number, `link type ${packet.link} is not one that is read here`);
      return null;
    }
    if (at === SHORT || at + 20 > packet.end) return short(packet);
    const version = (packet.bytes[at] as number) >> 4;
    if (version === 4) return ipv4(packet, at);
    if (version === 6) return ipv6(packet, at);
    unread(packet.number, 'it is neither IPv4 nor IPv6 although it says so');
    return null;
  };

  function ipv4(packet: Packet, at: number): Segment | null {
    const { bytes } = packet;
    if (bytes[at + 9] !== TCP) return null;
    const header = ((bytes[at] as number) & 15) * 4;
    // Where the sending machine's card cuts the packets, the capture has them before that, without a length.
    const total = u16(bytes, at + 2) || packet.wireBytes - (at - packet.start);
    if (header < 20 || total < header) return short(packet);
    if ((u16(bytes, at + 6) & 0x3fff) !== 0) {
      unread(packet.number, 'it is a fragment of an IPv4 packet, and fragments are not put together');
      return null;
    }
    if (!tcp(packet, at + header, at + total)) return null;
    segment.family = 4;
    segment.words.fill(0);
    segment.words[0] = word(bytes, at + 12);
    segment.words[4] = word(bytes, at + 16);
    return segment;
  }

  function ipv6(packet: Packet, at: number): Segment | null {
    const { bytes, start, end } = packet;
    if (at + 40 > end) return short(packet);
    const length = u16(bytes, at + 4);
    const until = length === 0 ? start + packet.wireBytes : at + 40 + length;
    let next = bytes[at + 6] as number;
    let here = at + 40;
    for (let count = 0; next !== TCP; count += 1) {
      if (!EXTENSIONS.has(next)) return null;
      if (count === MAX_EXTENSIONS || here + 8 > end) return short(packet);
      if (next === FRAGMENT && (u16(bytes, here + 2) & 0xfff9) !== 0) {
        unread(packet.number, 'it is a fragment of an IPv6 packet, and fragments are not put together');
        return null;
      }
      const size = bytes[here + 1] as number;
      const current = next;
      next = bytes[here] as number;
      here += current === FRAGMENT ? 8 : current === AUTHENTICATION ? (size + 2) * 4 : (size + 1) * 8;
    }
    if (!tcp(packet, here, until)) return null;
    segment.family = 6;
    for (let part = 0; part < 8; part += 1) segment.words[part] = word(bytes, at + 8 + part * 4);
    return segment;
  }

  function tcp(packet: Packet, at: number, until: number): Segment | null {
    const { bytes, start, end } = packet;
    if (at + 4 > end) return short(packet);
    segment.fromPort = u16(bytes, at);
    segment.toPort = u16(bytes, at + 2);
    if (ports[segment.fromPort] === 0 && ports[segment.toPort] === 0) return null;
    if (at + 20 > end) return short(packet);
    const data = at + ((bytes[at + 12] as number) >> 4) * 4;
    if (data < at + 20 || data > until) return short(packet);
    segment.seq = word(bytes, at + 4) >>> 0;
    segment.ack = word(bytes, at + 8) >>> 0;
    segment.flags = bytes[at + 13] as number;
    segment.bytes = bytes;
    segment.end = Math.min(until, end);
    segment.start = Math.min(data, segment.end);
    // What was on the wire bounds what can be missing, whatever the header states.
    segment.lost = Math.max(0, Math.min(until - Math.max(end, data), packet.wireBytes - (end - start)));
    return segment;
  }
};

const TCP = 6;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
/** Hop-by-hop, routing, fragment, authentication, destination, mobility: headers that another one follows. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, FRAGMENT, AUTHENTICATION, 60, 135]);
const MAX_EXTENSIONS = 8;

const OTHER = -1;
const UNKNOWN = -2;
const SHORT = -3;

/** Where the network's own header begins, by what the link puts before it (tcpdump.org/linktypes.html). */
const networkIn = ({ link, bytes, start, end }: Packet): number => {
  switch (link) {
    case 1:
      return ethernet(bytes, start + 12, end);
    case 113: // Linux cooked
      return ethernet(bytes, start + 14, end);
    case 276: // Linux cooked, version 2: the protocol comes first and the addresses behind it
      if (start + 20 > end) return SHORT;
      return tagged(bytes, u16(bytes, start), start + 20, end);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return start;
    case 0:
    case 108: // BSD loopback: a family in either byte order
      return start + 4;
    default:
      return UNKNOWN;
  }
};

const ethernet = (bytes: Buffer, at: number, end: number): number =>
  at + 2 > end ? SHORT : tagged(bytes, u16(bytes, at), at + 2, end);

/** Past VLAN tags, of which there may be several. */
const tagged = (bytes: Buffer, first: number, behind: number, end: number): number => {
  let type = first;
  let at = behind;
  while (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
    if (at + 4 > end) return SHORT;
    type = u16(bytes, at + 2);
    at += 4;
  }
  return type === 0x0800 || type === 0x86dd ? at : OTHER;
};
