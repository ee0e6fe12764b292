import { judgeRead } from '../diagnosis/judge-read.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Wants } from '../domain/request.js';
import { type GivenFile, readFiles } from '../readers/read.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { readingView, readView } from '../view/read.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { AttachedFile, Question } from './ports.js';
import type { Tell } from './tell.js';

type Read = Extract<Wants, { do: 'read' }>;

/** More than this does not belong into the process that answers a chat; the command line reads any size. */
const MOST_BYTES = 20 * 2 ** 20;
const MOST_FILES = 10;
/** Of archives: what comes out of them, and how many files that are. */
const LIMITS = { bytes: 8 * MOST_BYTES, files: 200, depth: 2 };
const READ_MS = 60_000;

/** What somebody pasted or sent into a chat, judged by the rules of every check. It looks at nothing, so it needs neither queue nor claim. */
export const makeRead = (deps: IntakeDeps, { tell, show }: Tell) => {
  const { clock, grants, messenger, onTrouble } = deps;
  /** One reading after another: each may need the processor for seconds. */
  let before: Promise<void> = Promise.resolve();

  return async (question: Question, wants: Read, visible: readonly ConfiguredTarget[]): Promise<void> => {
    const { target, pasted } = wants;
    const allowed = targetsFor(grants, question.by, 'runner', visible);
    const named = allowed.filter(({ id }) => id === target);
    if (allowed.length === 0 || (target !== null && named.length === 0)) {
      const has = highestRole(grants, question.by, visible);
      const targets = target === null ? [] : [target];
      return tell(question, refusalView(question.by, { needs: 'runner', has, targets }));
    }
    const files = question.files ?? [];
    const mistake = pasted === null && files.length === 0 ? NOTHING_GIVEN : whyTooMuch(files, target);
    if (mistake) return tell(question, mistakeView(mistake));
    const done = before.then(() => read(question, wants, { known: allowed, named, files }));
    before = done.catch(() => {});
    return done;
  };

  async function read(
    question: Question,
    { pasted }: Read,
    {
      known,
      named,
      files,
    }: { known: readonly ConfiguredTarget[]; named: readonly ConfiguredTarget[]; files: readonly AttachedFile[] },
  ): Promise<void> {
    const port = messenger(question.to.platform);
    const at = files.length > 0 ? await port.post(question.to, readingView(files.map(({ name }) => name))) : null;
    const startedAt = isoNow(clock);
    const signal = AbortSignal.timeout(READ_MS);
    const given: GivenFile[] = [
      ...(pasted === null ? [] : [{ name: 'pasted', bytes: once(pasted) }]),
      ...files.map(file => ({ name: file.name, bytes: file.open(signal, MOST_BYTES) })),
    ];
    const onCrash = (error: unknown) => onTrouble(error, question);
    const done = await readFiles(given, { clock, signal, limits: LIMITS, onCrash });
    const finishedAt = isoNow(clock);
    const { meant, judged } = judgeRead({
      read: done,
      known,
      named,
      run: question.run,
      startedAt,
      finishedAt,
      onCrash,
    });
    const view = readView({
      files: done.map(({ file }) => file),
      judged,
      meant,
      at: finishedAt,
      checkWith: id => `/uccx check ${id}`,
      nameWith: '/uccx read <target>, with the text below it or the file beside it,',
    });
    if (!at) return show(question, view);
    await port.edit(at, view);
  }
};

const NOTHING_GIVEN =
  'There is nothing to read. Put the text on the lines below `read <target>`, or send me a file with these words: logs, output of `Get-` commands, events, captures, zip archives of them.';

/** By the sizes that the platform names; what comes after all is counted while it is fetched. */
const whyTooMuch = (files: readonly AttachedFile[], target: string | null): string | null => {
  if (files.length > MOST_FILES) return `I read at most ${MOST_FILES} files at a time; a zip archive counts as one.`;
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  if (bytes <= MOST_BYTES) return null;
  const size = Math.ceil(bytes / 2 ** 20);
  return `${size} MB are more than I read in a chat (${MOST_BYTES / 2 ** 20} MB). Where the files lie, \`uccx-doctor read FILE… --target ${target ?? 'TARGET'}\` reads any size.`;
};

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
