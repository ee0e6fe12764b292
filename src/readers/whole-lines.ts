import type { Sink } from './reader.js';

/** Longer lines than this are told in parts: no line that a reader has a shortcut for is near it. */
const MOST = 2048;

/**
 * Gives pieces on as blocks of whole lines with their ends, so that nobody else has to think of lines that lie in two pieces. A line that
 * is very long, and a last one without an end, come in parts. Whoever keeps something of a block copies it.
 */
export const wholeLines = (
  onLines: (lines: Buffer) => void,
  onPart: (part: Buffer) => void,
): Sink & { breakOff: () => void } => {
  const held = Buffer.alloc(MOST);
  let heldBytes = 0;
  let isLong = false;

  return {
    push: chunk => {
      const from = isLong || heldBytes > 0 ? goOn(chunk) : 0;
      const to = chunk.lastIndexOf(LF) + 1;
      if (to > from) onLines(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
      const rest = Math.max(from, to);
      if (rest < chunk.length) hold(chunk.subarray(rest));
    },
    breakOff: () => {
      heldBytes = 0;
    },
    end: () => {
      if (heldBytes > 0) onPart(held.subarray(0, heldBytes));
      heldBytes = 0;
    },
  };

  /** Ends the line that the pieces before broke off in; gives where the next one begins. */
  function goOn(chunk: Buffer): number {
    const to = chunk.indexOf(LF) + 1;
    hold(to === 0 ? chunk : chunk.subarray(0, to));
    if (to === 0) return chunk.length;
    if (heldBytes > 0) onLines(held.subarray(0, heldBytes));
    heldBytes = 0;
    isLong = false;
    return to;
  }

  function hold(part: Buffer): void {
    if (!isLong && heldBytes + part.length <= MOST) {
      heldBytes += part.copy(held, heldBytes);
      return;
    }
    if (heldBytes > 0) onPart(held.subarray(0, heldBytes));
    heldBytes = 0;
    isLong = true;
    onPart(part);
  }
};

const LF = 0x0a;
