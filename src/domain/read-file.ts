import { z } from 'zod';
import type { Evidence } from './evidence/index.js';
import type { TargetId } from './ids.js';
import { Ask } from './verdict.js';

/** A fact of a file. Of which target, nobody knows who only reads it. */
export type Fact = WithoutTarget<Evidence>;
type WithoutTarget<E> = E extends Evidence ? Omit<E, 'target'> : never;

const Line = z.int().min(1).nullable();

/** What became of one file that somebody pasted or dropped: as what it was read, and what of it was not understood. */
export const ReadFile = z.object({
  /** As it was given; of an archive, `bundle.zip › logs/x.log`. Escaped: a name is as hostile as what it names. */
  name: z.string(),
  /** The reader that took it, with its words for «read as …»; null where nothing knows it. */
  reader: z.string().nullable(),
  says: z.string().nullable(),
  /** Unpacked, where it was packed. */
  bytes: z.int().min(0),
  /** Null where it has none, or nobody counted. */
  lines: z.int().min(0).nullable(),
  facts: z.int().min(0),
  /** Lines that a person should see, masked and escaped; `more` were left out. */
  quotes: z.object({ first: z.array(z.object({ line: Line, text: z.string() })), more: z.int().min(0) }),
  /** What could not be understood, and was not guessed. */
  unread: z.object({ first: z.array(z.object({ line: Line, why: z.string() })), more: z.int().min(0) }),
  asks: z.array(Ask),
  /** Why it was not read at all, or not to its end; null where it was. */
  cut: z.string().nullable(),
});
export type ReadFile = z.infer<typeof ReadFile>;

/** A file with the facts that it told. */
export type FileRead = { file: ReadFile; facts: readonly Fact[] };

/** Of which target files are: somebody said so, or it was found which alone can be meant; `unclear` are several, and a question. */
export type Meant =
  | { is: 'named' }
  | { is: 'found'; clear: readonly TargetId[]; unclear: readonly TargetId[] }
  | { is: 'no-configuration' }
  | { is: 'nothing-told' };

/** Whether a file was understood from its first byte to its last. */
export const readWhole = ({ reader, says, cut, unread }: ReadFile): boolean =>
  (reader !== null || says !== null) && cut === null && unread.first.length === 0;
