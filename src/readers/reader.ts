import type { IsoTime } from '../domain/clock.js';
import type { BodyOf, EvidenceKind } from '../domain/evidence/index.js';
import type { Ask } from '../domain/verdict.js';

/** What a file shows of itself before it is read: its name, and as many of its first bytes as were asked for. */
export type Head = { name: string; bytes: Buffer };
/** So many bytes of a file are looked at to tell its format. */
export const HEAD_BYTES = 65_536;

/** How one file is read: facts go out as they are understood, so that a file that breaks off has still told something. */
export type Reading = {
  /** The time of reading: ages are counted from it. */
  now: IsoTime;
  /**
   * One fact, with the time that the file gives it; null where it has none. Bounded: readers aggregate, they do not list.
   * `line` is where it stands, or where it shows best: findings then say `from prod.log:123`.
   */
  observe: <Kind extends EvidenceKind>(
    kind: Kind,
    body: BodyOf<Kind>,
    at: IsoTime | null,
    line?: number | null,
  ) => void;
  /** A line that a person should see quoted, with where it stands; credentials in it are masked by whoever shows it. */
  quote: (line: number | null, text: string) => void;
  /** What could not be understood, and is never guessed; counted, and shown for the first few. */
  unread: (line: number | null, why: string) => void;
  /** What to collect next, with the command that yields it. */
  ask: (ask: Ask) => void;
};

/** Takes a file in pieces, in constant memory, and never blocks for long: a piece has at most 64 KB. */
export type Sink = {
  push: (chunk: Buffer) => void;
  end: () => void;
  /** Comes before `end` where more would have come: somebody stopped the reading, or the file broke off. What is half tells nothing. */
  breakOff?: () => void;
  /** How many lines there were, where it counts them. */
  lines?: () => number;
};

/** One format that people paste or drop. It reads and never judges: rules get the same kinds of evidence as from probes. */
export type Reader = {
  id: string;
  /** What it is, for «I read prod.log as …»: `the access log of Unity Connection’s Jetty`. */
  says: string;
  /** How sure the first bytes make it, 0 (not this) to 1; the surest reader takes the file. */
  recognises: (head: Head) => number;
  yields: readonly EvidenceKind[];
  /** It takes marks of mail and broken lines away by itself, for there they can mean something. */
  unwrapsItself?: true;
  /** How many bytes at once, at most 64 KB, it takes without keeping everybody waiting; where it does not say, 16 KB. */
  atOnce?: number;
  open: (reading: Reading) => Sink;
};
export const defineReader = (reader: Reader): Reader => reader;
