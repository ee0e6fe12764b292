import { judgeFiles, targetsOf } from '../diagnosis/files.js';
import { stillTold } from '../diagnosis/kept.js';
import { type Clock, type IsoTime, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import type { KeptReading } from '../domain/kept-reading.js';
import type { Observation } from '../domain/observation.js';
import { type FileRead, readWhole } from '../domain/read-file.js';
import { rules } from '../rules/index.js';
import { duration, list, moment } from '../view/words.js';
import type { Io } from './io.js';
import { readGiven } from './read-given.js';

/** What files told that are judged together with what is seen now, by target; and what of them could not be. */
export type WithFiles = {
  beside: (target: string, seen: readonly Observation[]) => Beside;
  remarks: readonly string[];
};
type Beside = ReturnType<typeof stillTold>;

/** Reads the files of `check --with` before anything is looked at: files of which nobody can tell whose they are stop it there. */
export const withFiles = async (
  words: readonly string[],
  { targets, run, clock, io }: { targets: readonly ConfiguredTarget[]; run: RunId; clock: Clock; io: Io },
): Promise<WithFiles> => {
  if (words.length === 0) return { beside: () => ({ artifacts: [], withRead: [] }), remarks: [] };
  const at = isoNow(clock);
  const read = await readGiven(words, clock, io);
  const { clear, unclear } = targetsOf(read, targets, rules);
  if (unclear.length > 0)
    throw new UsageError(
      `Of which target are the files behind --with, ${list(unclear.map(({ id }) => id))}? Check one of them at a time.`,
    );
  const times = { startedAt: at, finishedAt: at };
  const told = clear.map(target => ({
    target,
    // Judged for its facts alone: each is given to the target that it is of, or to nobody.
    ...judgeFiles({ rules: [], onCrash: () => {} }, { run, target, read, ...times }),
  }));
  const readings = told.map(({ target, report }): [string, KeptReading] => [
    target.id,
    { schema: 1, run, target: target.id, at, observations: report.observations.filter(tells) },
  ]);
  const kept = new Map(readings);
  return {
    beside: (target, seen) =>
      stillTold(
        [kept.get(target)].flatMap(reading => reading ?? []),
        seen,
      ),
    remarks: [
      ...read.flatMap(notRead),
      ...read.flatMap(file => oldOf(file, at)),
      ...told.flatMap(({ target, foreign }) =>
        foreign.length === 0
          ? []
          : [`Not of ${target.id}, and not judged: what the files tell of ${list(foreign.slice(0, 5))}.`],
      ),
    ],
  };
};

const tells = (observation: Observation): boolean => observation.is === 'seen' && observation.evidence.length > 0;

const notRead = ({ file, facts }: FileRead): string[] => {
  if (readWhole(file) && facts.length > 0) return [];
  const why = file.cut ?? file.unread.first[0]?.why ?? 'it tells nothing that a rule judges by';
  return [`${file.name}: ${facts.length === 0 ? 'not judged' : 'not all of it understood'}: ${why}.`];
};

/** What stands in a file may be long over, and is judged beside what is seen this minute. */
const oldOf = ({ file, facts }: FileRead, at: IsoTime): string[] => {
  const newest = facts
    .map(fact => fact.at)
    .sort()
    .at(-1);
  if (newest === undefined) return [];
  const ms = Date.parse(at) - Date.parse(newest);
  return ms < OLD_MS ? [] : [`${file.name} tells of ${moment(newest)}, ${duration(ms)} before this check.`];
};
const OLD_MS = 24 * 3_600_000;
