import type { BodyOf, EvidenceKind } from '../../domain/evidence/index.js';

/** What one printed object says, as evidence that nobody has given to a target yet. */
export type Fact = {
  [Kind in EvidenceKind]: {
    kind: Kind;
    body: BodyOf<Kind>;
    line: number;
    /** Whose object it is, where it names a server; a remote shell adds the one to which it is connected, so that one comes last. */
    server: string | null;
    /** Why a name in it may have lost or got a blank; null where it is as it was. */
    doubt: string | null;
  };
}[EvidenceKind];

export const fact = <Kind extends EvidenceKind>(
  kind: Kind,
  body: BodyOf<Kind>,
  about: { line: number; server?: string | null; doubt?: string | null },
): Fact =>
  ({ kind, body, line: about.line, server: about.server ?? null, doubt: about.doubt ?? null }) as unknown as Fact;
