import type { Grant } from '../domain/access.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Digest } from '../domain/digest.js';
import { targetsFor } from './access.js';

/** The targets that a digest is about now: of a person's, those for which they may still ask. */
export const digestScope = (
  { by, targets: named }: Pick<Digest, 'by' | 'targets'>,
  targets: readonly ConfiguredTarget[],
  grants: readonly Grant[],
): ConfiguredTarget[] => {
  const allowed = by ? targetsFor(grants, by, 'operator', targets) : [...targets];
  return named.length === 0 ? allowed : allowed.filter(({ id }) => named.includes(id));
};
