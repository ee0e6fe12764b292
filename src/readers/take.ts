import type { IsoTime } from '../domain/clock.js';
import type { FileRead } from '../domain/read-file.js';
import { quote } from '../wire/quote.js';
import { BITE, type Part, TooMuch } from './archive.js';
import { asUtf8, encodingOf, headAsUtf8, PIECE_BYTES } from './decode.js';
import { asWritten, headAsWritten, pasteIn } from './pasted.js';
import { HEAD_BYTES, type Head, type Reader, type Sink } from './reader.js';
import { telling } from './told.js';
import { gunzipSink, packingOf, type Unpacking, unzipSink } from './unpack.js';

/** What one reading allows, over all of its files. */
export type Limits = {
  /** Those in archives counted each, and so are the archives. */
  files: number;
  /** Archives in archives. */
  depth: number;
  /** Packed and unpacked together. */
  bytes: number;
  /** How many times as large a packed file may become; looked at once it has become large. */
  ratio: number;
};
/** Logs pack to a tenth, the dullest to a sixtieth; deflate ends at a thousandth, and only a bomb comes near it. */
export const LIMITS: Limits = { files: 2000, depth: 2, bytes: 512 * 2 ** 30, ratio: 250 };
const LARGE = 8 * 2 ** 20;
/** A piece of the shortest lines is sixteen thousand of them. */
const STEP_BYTES = 16_384;

/** One reading of one or many files: what it may use, and what it has come to. */
export type Desk = {
  now: IsoTime;
  readers: readonly Reader[];
  limits: Limits;
  /** Told of a bug in a reader; what it had understood counts. */
  onCrash: (error: unknown, reader: string) => void;
  done: FileRead[];
  opened: number;
  bytes: number;
};

/**
 * Takes one file in pieces: unpacks it or gives it to the surest reader, and lays what became of it on the desk. Never throws.
 * `grows` tells an outer archive what comes out of it, so that a bomb in an archive is no better hidden there.
 */
export const takeFile = (name: string, desk: Desk, depth = 0, grows: (bytes: number) => void = () => {}): Part => {
  const label = quote(name, MAX_NAME);
  const head: Buffer[] = [];
  let bytes = 0;
  let sink: Sink | null = null;
  /** The same, where it is an archive. */
  let packed: Part | null = null;
  /** Of the beginning, what the reader has not been given yet. */
  let owed: Buffer = NO_BYTES;
  let isLast = false;
  let isOver = false;
  /** Why the file ends before its end; it says more than what its beginning is not. */
  let broken: string | null = null;
  let isPacked: boolean | null = null;
  let reader: Reader | null = null;
  let says: string | null = null;
  let teller: ReturnType<typeof telling> | null = null;
  let lines = (): number | null => null;
  desk.opened++;

  return {
    push: chunk => {
      if (isOver) return;
      if (chunk.length === 0) {
        work();
        return;
      }
      giveOwed(owed.length);
      bytes += chunk.length;
      desk.bytes += chunk.length;
      if (desk.bytes > desk.limits.bytes) return end(tooLarge(desk));
      if (sink) return give(isPacked ? Buffer.from(chunk) : chunk); // who unpacks keeps what it is given
      head.push(Buffer.from(chunk));
      isPacked ??= bytes < MAGIC_BYTES ? null : ['zip', 'gzip'].includes(packingOf(Buffer.concat(head)) ?? '');
      if (isPacked || bytes >= HEAD_BYTES) begin();
    },
    step: () => (isBusy() ? 0 : isPacked === false ? (reader?.atOnce ?? STEP_BYTES) : BITE),
    noMore: () => {
      if (!sink) begin();
      isLast = true;
    },
    end: () => end(null),
    cut: why => end(why),
  };

  /** What it has been given, and is not done with. An archive is told that no more comes once it has had everything. */
  function isBusy(): boolean {
    if (isOver) return false;
    return owed.length > 0 || (packed !== null && (packed.step() === 0 || isLast));
  }

  function work(): void {
    if (owed.length > 0) giveOwed(STEP_BYTES);
    else if (packed && isLast && packed.step() > 0) attempt(packed.noMore);
    else attempt(() => packed?.push(NO_BYTES));
  }

  /** What a reader has understood until a file breaks off counts too, and most of them say it at the end. */
  function end(why: string | null): void {
    broken = why;
    if (!sink) begin();
    giveOwed(owed.length);
    attempt(() => {
      if (why !== null && packed) return packed.cut(why);
      if (why !== null) sink?.breakOff?.();
      sink?.end();
    });
    finish(why);
  }

  function begin(): void {
    if (isOver) return;
    const start = Buffer.concat(head);
    head.length = 0;
    sink = sinkFor(start);
    if (sink) owed = start;
  }

  function giveOwed(most: number): void {
    const part = owed.subarray(0, most);
    owed = owed.subarray(part.length);
    if (part.length > 0) give(part);
  }

  function give(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES)
      attempt(() => sink?.push(chunk.length > PIECE_BYTES ? chunk.subarray(from, from + PIECE_BYTES) : chunk));
  }

  function sinkFor(start: Buffer): Sink | null {
    if (start.length === 0) return refuse('it is empty');
    const packing = packingOf(start);
    if (packing === null) return readerFor(start);
    if (packing === 'tar') return refuse('it is a tar archive: unpack it, and read the folder');
    if (depth >= desk.limits.depth) return refuse('it is an archive in archives: unpack it, and read what is in it');
    if (packing === 'zip')
      packed = unzipSink(
        unpacking(inner => `${label} › ${inner}`),
        unzipped,
      );
    else
      packed = gunzipSink(
        unpacking(() => name.replace(/\.gz$/i, '')),
        why => {
          if (why !== null && !isOver) return finish(why);
          isOver = true; // a gzip file is one file: what was in it has told everything
        },
      );
    return packed;
  }

  function unzipped(files: number, why: string | null): void {
    says = `a zip archive of ${files} file${files === 1 ? '' : 's'}`;
    finish(why ?? (files === 0 ? 'it holds no file' : null));
  }

  function unpacking(nameOf: (inner: string) => string): Unpacking {
    let unpacked = 0;
    let into = 0;
    const grow = (out: number): void => {
      unpacked += out;
      grows(out);
      if (desk.bytes + out > desk.limits.bytes) throw new TooMuch(tooLarge(desk));
      if (unpacked > LARGE && unpacked > into * desk.limits.ratio)
        throw new TooMuch(`it becomes more than ${desk.limits.ratio} times as large, as only zip bombs do`);
    };
    return {
      open: inner => {
        if (desk.opened >= desk.limits.files) throw new TooMuch(tooMany(desk));
        return takeFile(nameOf(inner), desk, depth + 1, grow);
      },
      allow: (so, out) => {
        into = so;
        grow(out);
      },
    };
  }

  function readerFor(start: Buffer): Sink | null {
    const encoding = encodingOf(start);
    const raw = surest({ name, bytes: start.subarray(0, HEAD_BYTES) }, desk);
    const shown = headAsUtf8(encoding, start.subarray(0, HEAD_BYTES));
    const plain = surest({ name, bytes: shown }, desk);
    const isRaw = raw.sure > plain.sure;
    const paste = isRaw || plain.reader?.unwrapsItself ? null : pasteIn(shown);
    const text = paste ? surest({ name, bytes: headAsWritten(paste, shown) }, desk) : plain;
    reader = isRaw ? raw.reader : text.reader;
    if (!reader) return refuse('nothing that I know writes such files');
    says = reader.says;
    teller = telling(label, reader.id, desk.now);
    const inner = reader.open(teller.reading);
    lines = () => inner.lines?.() ?? null;
    return isRaw ? inner : asUtf8(encoding, paste ? asWritten(paste, inner) : inner);
  }

  function refuse(why: string): null {
    finish(broken ?? why);
    return null;
  }

  function attempt(step: () => void): void {
    if (isOver) return;
    try {
      step();
    } catch (error) {
      desk.onCrash(error, reader?.id ?? 'archives');
      finish('reading it broke off by a fault of our own');
    }
  }

  function finish(cut: string | null): void {
    if (isOver) return;
    isOver = true;
    if (teller && cut === null && teller.isEmpty())
      teller.reading.unread(null, `it looks like ${says}, and nothing in it tells me anything`);
    const { facts, ...told } = teller?.told() ?? NOTHING;
    const file = {
      name: label,
      reader: reader?.id ?? null,
      says,
      bytes,
      lines: lines(),
      facts: facts.length,
      ...told,
      cut,
    };
    desk.done.push({ file, facts });
  }
};

/** The surest reader of the list; the first one among equals. */
const surest = (head: Head, { readers, onCrash }: Desk): { reader: Reader | null; sure: number } => {
  let best: { reader: Reader | null; sure: number } = { reader: null, sure: 0 };
  for (const reader of readers) {
    try {
      const sure = reader.recognises(head);
      if (sure > best.sure) best = { reader, sure };
    } catch (error) {
      onCrash(error, reader.id);
    }
  }
  return best;
};

export const tooMany = ({ limits }: Desk): string => `there are more than ${limits.files} files`;
const tooLarge = ({ limits }: Desk): string => `together it is more than ${Math.round(limits.bytes / 2 ** 20)} MB`;

const NO_BYTES: Buffer = Buffer.alloc(0);
const MAX_NAME = 300;
const MAGIC_BYTES = 4;
const NOTHING = { facts: [], quotes: { first: [], more: 0 }, unread: { first: [], more: 0 }, asks: [] };
