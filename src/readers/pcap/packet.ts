/** One packet as a capture file holds it. The same object is filled anew for each packet: whoever wants to keep something copies it. */
export type Packet = {
  /** Counted from 1, as Wireshark does. */
  number: number;
  /** Milliseconds since 1970; NaN where the file gives no time. */
  atMs: number;
  link: number;
  bytes: Buffer;
  start: number;
  end: number;
  /** How long it was on the wire; more than was kept where the capture cut it. */
  wireBytes: number;
};

/** Wireshark's own bound on what one packet may hold. A file that states more is broken or wants to be mistaken for a reason to allocate. */
export const MAX_PACKET_BYTES = 262_144;

/**
 * One format of capture file. It takes the whole records from `from` on and returns where the next begins; it sets in `state` how many
 * bytes must be there before it looks again (`needs`), how many to throw away unseen (`skips`), or why nothing that follows can be found (`broken`).
 */
export type Format = (bytes: Buffer, from: number, state: Framing) => number;
export type Framing = {
  packet: Packet;
  take: (packet: Packet) => void;
  unread: (packet: number, why: string) => void;
  needs: number;
  skips: number;
  broken: string | null;
};
