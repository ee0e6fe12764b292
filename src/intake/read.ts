import { randomUUID } from 'node:crypto';
import { judgeFiles, stateOfFiles, targetsOf } from '../diagnosis/files.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { RunId } from '../domain/ids.js';
import type { FileRead } from '../domain/read-file.js';
import type { Wants } from '../domain/request.js';
import { type GivenFile, readFiles } from '../readers/read.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { readingView, readView } from '../view/read.js';
import { list } from '../view/words.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { AttachedFile, Question } from './ports.js';
import type { Tell } from './tell.js';

type Read = Extract<Wants, { do: 'read' }>;

/** More than this does not belong into the process that answers a chat; the command line reads any size. */
export const MOST_READ_BYTES = 20 * 2 ** 20;
const MOST_FILES = 10;
/** Of archives: what comes out of them, and how many files that are. */
const LIMITS = { bytes: 8 * MOST_READ_BYTES, files: 200 };
const READ_MS = 60_000;

/** What somebody pasted or dropped into a chat, judged by the rules of every check. No server is asked, nothing is kept. */
export const makeRead = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, grants, rules, messenger, onTrouble } = deps;
  /** One reading after another: each may need the processor for seconds. */
  let before: Promise<void> = Promise.resolve();

  return async (question: Question, wants: Read, visible: readonly ConfiguredTarget[]): Promise<void> => {
    const allowed = targetsFor(grants, question.by, 'runner', visible);
    const named = wants.target === null ? null : allowed.find(({ id }) => id === wants.target);
    if (allowed.length === 0 || named === undefined) {
      const has = highestRole(grants, question.by, visible);
      return tell(
        question,
        refusalView(question.by, { needs: 'runner', has, targets: wants.target ? [wants.target] : [] }),
      );
    }
    const files = question.files ?? [];
    if (wants.pasted === null && files.length === 0) return tell(question, mistakeView(NOTHING_GIVEN));
    const tooMuch = whyTooMuch(files, wants.target);
    if (tooMuch) return tell(question, mistakeView(tooMuch));
    const mine = before.then(() => read(question, wants, allowed, files));
    before = mine.catch(() => {});
    return mine;
  };

  async function read(
    question: Question,
    { target, pasted }: Read,
    allowed: readonly ConfiguredTarget[],
    files: readonly AttachedFile[],
  ): Promise<void> {
    const port = messenger(question.to.platform);
    const at = files.length > 0 ? await port.post(question.to, readingView(files.map(({ name }) => name))) : null;
    const startedAt = isoNow(clock);
    const signal = AbortSignal.timeout(READ_MS);
    const given: GivenFile[] = [
      ...(pasted === null ? [] : [{ name: 'what was pasted', bytes: once(Buffer.from(pasted, 'utf8')) }]),
      ...files.map(file => ({ name: file.name, bytes: file.open(signal, MOST_READ_BYTES) })),
    ];
    const onCrash = (error: unknown) => onTrouble(error, question);
    const done = await readFiles(given, { clock, signal, limits: LIMITS, onCrash });
    const { chosen, remarks } = choose(done, allowed, target);
    const times = { run: RunId.parse(`read-${randomUUID()}`), startedAt, finishedAt: isoNow(clock) };
    const judged = chosen.map(one => {
      const verdicts = judgeFiles({ rules, onCrash }, { ...times, target: one, read: done });
      return { ...verdicts, state: stateOfFiles(verdicts, done) };
    });
    const view = readView({
      files: done.map(({ file }) => file),
      judged,
      remarks,
      at: times.finishedAt,
      checkWith: id => `/uccx check ${id}`,
    });
    if (!at) return show(question, view);
    await port.edit(at, view);
  }

  function choose(done: readonly FileRead[], allowed: readonly ConfiguredTarget[], target: string | null) {
    if (!done.some(({ facts }) => facts.length > 0)) return { chosen: [], remarks: [] };
    if (target !== null) return { chosen: allowed.filter(({ id }) => id === target), remarks: [] };
    const { clear, unclear } = targetsOf(done, allowed, rules);
    const names = (some: readonly ConfiguredTarget[]) => list(some.map(({ id }) => id));
    return {
      chosen: clear,
      remarks: [
        ...(clear.length > 0 ? [`Judged for ${names(clear)}: no other target of yours can be meant.`] : []),
        ...(unclear.length > 0
          ? [
              `Of which target are they, ${names(unclear)}? That was not guessed; ask again with its name: read ${unclear[0]?.id}.`,
            ]
          : []),
        ...(clear.length + unclear.length === 0 ? ['No rule judges by what these files tell.'] : []),
      ],
    };
  }
};

const NOTHING_GIVEN =
  'There is nothing to read. Put the text into the lines below `read`, or send a file to me with `read` and the target: logs, output of Get- commands, events, captures, zip archives of them.';

/** By the sizes that the platform names; what comes after all is counted while it is fetched. */
const whyTooMuch = (files: readonly AttachedFile[], target: string | null): string | null => {
  if (files.length > MOST_FILES) return `I read at most ${MOST_FILES} files at a time; a zip archive counts as one.`;
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  if (bytes <= MOST_READ_BYTES) return null;
  const size = Math.ceil(bytes / 2 ** 20);
  return `${size} MB are more than I read in a chat (${MOST_READ_BYTES / 2 ** 20} MB). Where the files lie: \`uccx-doctor read FILE… --target ${target ?? 'TARGET'}\` reads any size.`;
};

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
