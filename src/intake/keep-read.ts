import type { JudgedRead } from '../diagnosis/judge-read.js';
import type { IsoTime } from '../domain/clock.js';
import { StoreSilentError } from '../domain/errors.js';
import { fitted } from '../domain/kept-reading.js';
import type { Observation } from '../domain/observation.js';
import type { FileRead } from '../domain/read-file.js';
import type { Upload } from '../domain/upload.js';
import { shownIn } from '../readers/mask.js';
import { keptWords, notKeptWords, unclearKeptWords } from '../view/read.js';
import type { Given } from './given.js';
import type { Going } from './going-readings.js';
import type { Audit, Question, Readings } from './ports.js';

/** What the configuration says of reading in a chat, and where what was read is kept. */
export type ReadingDeps = {
  readings: Readings;
  /** 0: nothing is kept for checks. */
  evidenceHours: number;
  maxBytes: number;
  maxFiles: number;
  /** Told of everything that somebody had read, for the log. */
  onUpload: (upload: Upload) => void;
  /** Missing where the process ends only when everything is answered. */
  going?: Going;
};

type Done = {
  question: Question;
  read: readonly FileRead[];
  given: readonly Given[];
  judged: JudgedRead['judged'];
  at: IsoTime;
};

/** Keeps what was read for the checks after it, and who had it read. Where that fails the answer stands, and says so. */
export const makeKeepRead = (
  deps: ReadingDeps,
  audit: Audit | undefined,
  onTrouble: (error: unknown, question: Question) => void,
) => {
  const { readings, evidenceHours, onUpload } = deps;

  return async (done: Done): Promise<string[]> => {
    await onRecord(done);
    return evidenceHours === 0 ? [] : Promise.all(done.judged.flatMap(one => keep(one, done)));
  };

  function keep({ report }: JudgedRead['judged'][number], { question, at }: Done): Promise<string>[] {
    const { target, observations } = report;
    const told = observations.filter(each => each.is === 'seen' && each.evidence.length > 0);
    if (told.length === 0) return [];
    const { kept, leftOut } = fitted({ run: question.run, target, at, observations: told.map(masked) });
    if (!kept) return [Promise.resolve(notKeptWords(target, 'it is too much'))];
    return [
      readings.keep(kept).then(
        () => keptWords(target, evidenceHours, leftOut),
        error => {
          onTrouble(error, question);
          return error instanceof StoreSilentError
            ? unclearKeptWords(target)
            : notKeptWords(target, 'the store cannot be reached');
        },
      ),
    ];
  }

  async function onRecord({ question: { run, by }, question, read, given, judged, at }: Done): Promise<void> {
    const { platform, user, channel } = by;
    const files = given.map(each => each.told(read));
    const upload = {
      run,
      at,
      by: { platform, user, channel },
      targets: judged.map(({ report }) => report.target),
      files,
    };
    onUpload(upload);
    const { at: _, ...told } = upload; // the audit has its own clock
    await audit?.note({ is: 'read', ...told }).catch(error => onTrouble(error, question));
  }
};

/** Facts were masked when they were told; the names of files in archives come as they are. */
const masked = (observation: Observation): Observation =>
  observation.is === 'silent'
    ? observation
    : {
        ...observation,
        source: shownIn(observation.source),
        evidence: observation.evidence.map(fact => ({ ...fact, source: shownIn(fact.source) })),
      };
