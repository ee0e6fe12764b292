import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { RunId } from '../domain/ids.js';
import type { FileRead, Meant } from '../domain/read-file.js';
import type { State } from '../domain/report.js';
import { rules } from '../rules/index.js';
import { type JudgedFiles, judgeFiles, stateOfFiles, targetsOf } from './files.js';

export type JudgedRead = { meant: Meant; judged: (JudgedFiles & { state: State })[]; targets: ConfiguredTarget[] };

/** Judges what was read for the targets that were named, or for those that alone can be meant. */
export const judgeRead = ({
  read,
  known,
  named,
  run,
  startedAt,
  finishedAt,
  onCrash,
}: {
  read: readonly FileRead[];
  known: readonly ConfiguredTarget[];
  named: readonly ConfiguredTarget[];
  run: RunId;
  startedAt: IsoTime;
  finishedAt: IsoTime;
  onCrash: (error: unknown, rule: string) => void;
}): JudgedRead => {
  const { meant, targets } = meantBy(read, known, named);
  const judged = targets.map(target => {
    const one = judgeFiles({ rules, onCrash }, { run, target, read, startedAt, finishedAt });
    return { ...one, state: stateOfFiles(one, read) };
  });
  return { meant, judged, targets };
};

const meantBy = (
  read: readonly FileRead[],
  known: readonly ConfiguredTarget[],
  named: readonly ConfiguredTarget[],
): { meant: Meant; targets: ConfiguredTarget[] } => {
  if (read.every(({ facts }) => facts.length === 0)) return { meant: { is: 'nothing-told' }, targets: [] };
  if (named.length > 0) return { meant: { is: 'named' }, targets: [...named] };
  const { clear, unclear } = targetsOf(read, known, rules);
  const ids = (some: readonly ConfiguredTarget[]) => some.map(({ id }) => id);
  return { meant: { is: 'found', clear: ids(clear), unclear: ids(unclear) }, targets: clear };
};
