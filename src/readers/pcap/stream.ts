/** One direction of a connection, put in order: what is next, and what came too early. */
export type Stream = {
  /** Sequence number of the next byte; null before the first packet. */
  next: number | null;
  early: Piece[];
  earlyBytes: number;
  /** Packets that have passed since something is missing. */
  waited: number;
  /** Behind the last byte; null while no end was said. */
  fin: number | null;
  again: number;
};
type Piece = { seq: number; bytes: Buffer; lost: number };

export type Flowing = {
  /** Bytes in order; valid only during the call. */
  data: (bytes: Buffer, start: number, end: number) => void;
  /** So many bytes are not in the capture. */
  gap: (bytes: number) => void;
};

/** What is kept of one direction while something before it is missing. */
const MAX_EARLY_BYTES = 65_536;
const MAX_EARLY_PIECES = 64;
/** The other side has acknowledged what is missing here, so the capture lost it; unless it only comes out of order, within so many packets. */
const PATIENCE = 8;

export const openStream = (): Stream => ({ next: null, early: [], earlyBytes: 0, waited: 0, fin: null, again: 0 });

/** Signed distance on the circle of sequence numbers, which begins anew after 4 GB. */
const distance = (to: number, from: number): number => (to - from) | 0;

export const receive = (
  stream: Stream,
  seq: number,
  bytes: Buffer,
  start: number,
  end: number,
  lost: number,
  flowing: Flowing,
): void => {
  stream.next ??= seq;
  const length = end - start + lost;
  if (length === 0) return;
  const ahead = distance(seq, stream.next);
  if (ahead > 0) {
    keep(stream, seq, bytes, start, end, lost, flowing);
    return;
  }
  if (-ahead >= length) {
    stream.again += 1;
    return;
  }
  deliver(stream, bytes, start, end, lost, -ahead, flowing);
  if (stream.early.length > 0) drain(stream, flowing);
};

/** The other side says that everything before `ack` has arrived there. */
export const acknowledged = (stream: Stream, ack: number, flowing: Flowing): void => {
  const [first] = stream.early;
  if (!first || distance(ack, first.seq) < 0) return;
  stream.waited += 1;
  if (stream.waited >= PATIENCE) giveUp(stream, flowing);
};

/** Takes what is missing as lost, and goes on behind it. */
const giveUp = (stream: Stream, flowing: Flowing): void => {
  const [first] = stream.early;
  if (!first || stream.next === null) return;
  flowing.gap(distance(first.seq, stream.next));
  stream.next = first.seq;
  stream.waited = 0;
  drain(stream, flowing);
};

/** All that is there, whatever is missing between. */
export const flush = (stream: Stream, flowing: Flowing): void => {
  while (stream.early.length > 0) giveUp(stream, flowing);
};

export const isThrough = ({ fin, next }: Stream): boolean => fin !== null && next !== null && distance(next, fin) >= 0;

const deliver = (
  stream: Stream,
  bytes: Buffer,
  start: number,
  end: number,
  lost: number,
  known: number,
  { data, gap }: Flowing,
): void => {
  const from = Math.min(end, start + known);
  stream.next = ((stream.next ?? 0) + (end - start + lost - known)) >>> 0;
  if (from < end) data(bytes, from, end);
  const missing = lost - Math.max(0, known - (end - start));
  if (missing > 0) gap(missing);
};

const keep = (
  stream: Stream,
  seq: number,
  bytes: Buffer,
  start: number,
  end: number,
  lost: number,
  flowing: Flowing,
): void => {
  if (stream.early.some(piece => piece.seq === seq && piece.bytes.length >= end - start)) {
    stream.again += 1;
    return;
  }
  if (stream.earlyBytes + (end - start) > MAX_EARLY_BYTES || stream.early.length >= MAX_EARLY_PIECES) {
    if (stream.early.length > 0) giveUp(stream, flowing);
    else {
      flowing.gap(distance(seq, stream.next ?? seq));
      stream.next = seq;
    }
    receive(stream, seq, bytes, start, end, lost, flowing);
    return;
  }
  if (stream.early.length === 0) stream.waited = 0;
  let at = stream.early.length;
  while (at > 0 && distance(seq, stream.early[at - 1]?.seq ?? 0) < 0) at -= 1;
  stream.early.splice(at, 0, { seq, bytes: copyOf(bytes.subarray(start, end)), lost });
  stream.earlyBytes += end - start;
};

const drain = (stream: Stream, flowing: Flowing): void => {
  for (let [piece] = stream.early; piece && stream.next !== null; [piece] = stream.early) {
    const ahead = distance(piece.seq, stream.next);
    if (ahead > 0) return;
    stream.early.shift();
    stream.earlyBytes -= piece.bytes.length;
    if (-ahead < piece.bytes.length + piece.lost)
      deliver(stream, piece.bytes, 0, piece.bytes.length, piece.lost, -ahead, flowing);
  }
  stream.waited = 0;
};

/** With memory of its own: a small piece of the shared pool would hold on to eight kilobytes for as long as it is kept. */
export const copyOf = (bytes: Buffer): Buffer => {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
};
