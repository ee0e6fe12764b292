import type { Evidence, EvidenceKind } from '../../src/domain/evidence/index.js';
import type { FileRead } from '../../src/domain/read-file.js';
import { readFiles } from '../../src/readers/read.js';
import type { Reader } from '../../src/readers/reader.js';

export const NOW = '2026-11-21T08:00:00.000Z';

/** Reads one file as the road reads it, with these readers and no others; a reader that crashes fails the test. */
export const readWith = async (readers: readonly Reader[], name: string, bytes: Buffer | string): Promise<FileRead> => {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const files = await readFiles([{ name, bytes: pieces(whole) }], {
    clock: { now: () => Date.parse(NOW) },
    signal: new AbortController().signal,
    onCrash: error => {
      throw error;
    },
    readers,
  });
  return files[0] as FileRead;
};

async function* pieces(whole: Buffer) {
  for (let from = 0; from < whole.length || from === 0; from += 4096) yield whole.subarray(from, from + 4096);
}

/** What a file says of one kind, without where it stands. */
export const bodiesOf = <Kind extends EvidenceKind>({ facts }: FileRead, kind: Kind): object[] =>
  facts.filter(fact => fact.kind === kind).map(({ kind: _, source: __, at: ___, ...body }) => body);

/** The facts of a file, given to a target. */
export const givenTo = ({ facts }: FileRead, target: string): Evidence[] =>
  facts.map(fact => ({ ...fact, target }) as Evidence);
