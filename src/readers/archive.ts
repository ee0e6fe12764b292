import type { Sink } from './reader.js';

/**
 * A file that comes in pieces, as long as somebody has time for it. `step` is how many bytes it takes at once without keeping everybody
 * waiting; at 0 it has enough to do, and does a little of that with each empty piece. `noMore` lets it do what is left that way too, and
 * `end` does all of it at once.
 */
export type Part = Sink & {
  step: () => number;
  noMore: () => void;
  /** It breaks off here; nothing follows after that. */
  cut: (why: string) => void;
};

/** An archive is larger than anybody allows: a sentence for people. */
export class TooMuch extends Error {}

/**
 * So much is unpacked at once: it may become a thousand times as large, and all of that comes out before the next of it goes in. With
 * twice as much a log takes a quarter less time, for the library makes a buffer of 160 KB each time, and a bomb takes 44 ms at once.
 */
export const BITE = 2048;

/** What came out of an archive and is still to be given on, in its order. */
export type Owed = {
  give: (part: Part, data: Uint8Array) => void;
  end: (part: Part) => void;
  cut: (part: Part, why: string) => void;
  after: (step: () => void) => void;
  isEmpty: () => boolean;
  /** Gives on a little of it. */
  work: () => void;
  /** Gives nothing on any more: what it was for breaks off. */
  drop: (why: string) => void;
};

export const owing = (): Owed => {
  let steps: { part: Part | null; isDone: () => boolean }[] = []; // each does a little, and says whether it was all
  return {
    give: (part, data) => {
      if (data.length === 0) return;
      let left = Buffer.from(data.buffer, data.byteOffset, data.length);
      add(part, () => {
        const piece = left.subarray(0, part.step());
        left = left.subarray(piece.length);
        part.push(piece);
        return left.length === 0;
      });
    },
    end: part => {
      let isTold = false;
      add(part, () => {
        if (!isTold) part.noMore();
        else if (part.step() === 0) part.push(EMPTY);
        else {
          part.end();
          return true;
        }
        isTold = true;
        return false;
      });
    },
    cut: (part, why) =>
      add(part, () => {
        part.cut(why);
        return true;
      }),
    after: step =>
      add(null, () => {
        step();
        return true;
      }),
    isEmpty: () => steps.length === 0,
    work: () => {
      if (steps[0]?.isDone()) steps.shift();
    },
    drop: why => {
      const dropped = steps;
      steps = [];
      for (const { part } of dropped) part?.cut(why);
    },
  };

  function add(part: Part | null, isDone: () => boolean): void {
    steps.push({ part, isDone });
  }
};

/** How one kind of archive is unpacked; whatever it throws makes it a broken one. */
type Unpacker = {
  owed: Owed;
  bite: (bite: Buffer) => void;
  /** After the last bite; why it is no whole archive, or null. */
  last: () => string | null;
  whyBroken: string;
  /** Everything that came out has been given on. */
  over: (why: string | null) => void;
};

/** Unpacks a little whenever everything that came out before has been given on. */
export const archive = ({ owed, bite, last, whyBroken, over }: Unpacker): Part => {
  let isShut = false;
  let isOver = false;
  const part: Part = {
    step: () => (owed.isEmpty() ? BITE : 0),
    push: chunk => {
      if (chunk.length === 0) owed.work();
      for (let from = 0; from < chunk.length && !isShut; from += BITE) {
        drain();
        attempt(() => bite(chunk.subarray(from, from + BITE)));
      }
    },
    noMore: () => {
      drain();
      attempt(() => shut(last()));
    },
    end: () => {
      part.noMore();
      drain();
    },
    cut: finish,
  };
  return part;

  /** Of nobody who gives no more than a step of it is there anything left. */
  function drain(): void {
    while (!owed.isEmpty()) owed.work();
  }

  function attempt(unpack: () => void): void {
    if (isShut) return;
    try {
      unpack();
    } catch (error) {
      // What is no `TooMuch` is the library's own word for data that it cannot unpack.
      shut(error instanceof TooMuch ? error.message : whyBroken);
    }
  }

  function shut(why: string | null): void {
    isShut = true;
    owed.after(() => finish(why));
  }

  function finish(why: string | null): void {
    if (isOver) return;
    isOver = true;
    isShut = true;
    owed.drop(why ?? '');
    over(why);
  }
};

const EMPTY: Buffer = Buffer.alloc(0);
