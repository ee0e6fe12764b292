import { setImmediate as othersTurn } from 'node:timers/promises';
import { judgeRead } from '../diagnosis/judge-read.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { RunId, TargetId } from '../domain/ids.js';
import type { ReplyAddress, Wants } from '../domain/request.js';
import { shown as maskedName } from '../readers/mask.js';
import { readFiles } from '../readers/read.js';
import { mistakeView, refusalView } from '../view/answers.js';
import { readingsFullView } from '../view/busy.js';
import { readingView, readView, size, stoppingReadView } from '../view/read.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import { given } from './given.js';
import { makeKeepRead } from './keep-read.js';
import { type AttachedFile, MessengerBusyError, type Question } from './ports.js';
import { progressEdits } from './progress-edits.js';
import type { Tell } from './tell.js';

type Read = Extract<Wants, { do: 'read' }>;
type About = { known: readonly ConfiguredTarget[]; named: readonly ConfiguredTarget[]; files: readonly AttachedFile[] };

const MEGABYTE = 2 ** 20;
/** Where the configuration says nothing: more than this does not belong into the process that answers a chat. */
const USUALLY = { maxBytes: 20 * MEGABYTE, maxFiles: 10 };
/** How long all of it may take, fetching it too. */
const READ_MS = { atLeast: 60_000, forMegabyte: 2_000 };

/** Of all people together, in this process: each may take a minute and some hundred megabytes. */
const MOST_WAITING = 8;

/** What somebody pasted or sent into a chat, judged by the rules of every check. It looks at nothing, so it needs neither queue nor claim. */
export const makeRead = (deps: IntakeDeps, { tell, show, becomes, carry, placeholder }: Tell) => {
  const { clock, grants, messenger, onTrouble } = deps;
  const { maxBytes, maxFiles } = deps.reading ?? USUALLY;
  const keep = deps.reading ? makeKeepRead(deps.reading, deps.audit, onTrouble) : null;
  const going = new Map<RunId, { targets: readonly TargetId[]; stop: AbortController }>();
  /** One reading after another: each may need the processor for seconds. */
  let before: Promise<void> = Promise.resolve();
  let waiting = 0;
  return { read, stop };

  async function read(question: Question, wants: Read, visible: readonly ConfiguredTarget[]): Promise<void> {
    const { target, pasted } = wants;
    const known = targetsFor(grants, question.by, 'runner', visible);
    const named = known.filter(({ id }) => id === target);
    if (known.length === 0 || (target !== null && named.length === 0)) {
      const has = highestRole(grants, question.by, visible);
      const targets = target === null ? [] : [target];
      return tell(question, refusalView(question.by, { needs: 'runner', has, targets }));
    }
    const files = question.files ?? [];
    const mistake = pasted === null && files.length === 0 ? NOTHING_GIVEN : whyTooMuch(files, target);
    if (mistake) return tell(question, mistakeView(mistake));
    if (waiting >= MOST_WAITING) return tell(question, readingsFullView(waiting));
    waiting++;
    const done = before.then(() => readAll(question, wants, { known, named, files })).finally(() => waiting--);
    before = done.catch(() => {});
    return done;
  }

  /** Ends a reading that goes on: of that run, or for that target. What was understood until then is its answer. */
  async function stop(question: Question, what: string): Promise<boolean> {
    const meant = [...going].filter(([run, { targets }]) => run === what || targets.some(id => id === what));
    if (meant.length === 0) return false;
    for (const [, reading] of meant) reading.stop.abort();
    await tell(question, stoppingReadView());
    return true;
  }

  async function readAll(question: Question, wants: Read, about: About): Promise<void> {
    const stopping = new AbortController();
    const targets = (about.named.length > 0 ? about.named : about.known).map(({ id }) => id);
    going.set(question.run, { targets, stop: stopping });
    try {
      await readWhile(stopping.signal, question, wants, about);
    } finally {
      going.delete(question.run);
    }
  }

  async function readWhile(
    stopped: AbortSignal,
    question: Question,
    { pasted }: Read,
    { known, named, files }: About,
  ): Promise<void> {
    // As they will stand in the answer: a name may hold what its file holds.
    const names = files.map(({ name }) => maskedName(name));
    const { run, to } = question;
    // Where no message of it stands yet, whatever is said first becomes it.
    const at = files.length > 0 ? ((await placeholder(question, readingView(names, run))) ?? to) : null;
    const over = at ? await deps.reading?.going?.begin({ run, to: at, files: names.slice(0, 100) }) : null;
    // Whoever comes after a bot that was killed says that it was cut off, and does not read it again: it may be what killed it.
    if (over) await deps.runs.keep(run).catch(error => onTrouble(error, question));
    try {
      await answer(stopped, question, pasted, { known, named, files }, at, async () => over?.());
    } catch (error) {
      // As long as its answer waits for the chat, whoever comes after this bot says that it was cut off.
      if (!(error instanceof MessengerBusyError)) await over?.();
      throw error;
    }
  }

  async function answer(
    stopped: AbortSignal,
    question: Question,
    pasted: string | null,
    { known, named, files }: About,
    at: ReplyAddress | null,
    over: () => Promise<void>,
  ): Promise<void> {
    const port = messenger(question.to.platform, question.run);
    const names = files.map(({ name }) => maskedName(name));
    const message = at ? progressEdits(port, at) : null;
    const startedAt = isoNow(clock);
    const timeMs = Math.max(READ_MS.atLeast, (maxBytes / MEGABYTE) * READ_MS.forMegabyte);
    const ending = deps.reading?.going?.ending;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeMs), ...(ending ? [ending] : [])]);
    const allowance = { left: maxBytes, of: maxBytes };
    const all = [
      ...(pasted === null ? [] : [given('pasted', () => once(pasted), allowance)]),
      ...files.map(file => given(file.name, () => file.open(signal, maxBytes), allowance)),
    ];
    const onCrash = (error: unknown) => onTrouble(error, question);
    const done = await readFiles(all, {
      clock,
      signal,
      limits: { bytes: 8 * maxBytes, files: 200, depth: 2 },
      onCrash,
      onProgress: (name, bytes) =>
        message?.say(() => readingView(names, question.run, { name: maskedName(name), bytes })),
    });
    await othersTurn();
    const finishedAt = isoNow(clock);
    const about = { read: done, known, named, run: question.run, startedAt, finishedAt };
    const { meant, judged } = judgeRead({ ...about, onCrash });
    await othersTurn();
    // What a file gives no time of has that of the reading, which none before its beginning can be.
    const kept = keep ? await keep({ question, read: done, given: all, judged, at: startedAt }) : [];
    await othersTurn();
    const view = readView({
      files: done.map(({ file }) => file),
      judged,
      meant,
      at: finishedAt,
      checkWith: id => `/uccx check ${id}`,
      nameWith: '/uccx read <target>, with the text below it or the file beside it,',
      also: ending?.aborted ? [ENDED, ...kept] : kept,
    });
    if (!message) return show(question, view);
    const there = await message.end();
    await carry(question, async () => {
      await becomes(question, there, view);
      await over();
    });
  }

  /** By the sizes that the platform names; what comes after all is counted while it is fetched. */
  function whyTooMuch(files: readonly AttachedFile[], target: string | null): string | null {
    const elsewhere = `Where the files lie, \`uccx-doctor read FILE… --target ${target ?? 'TARGET'}\` reads any size and number.`;
    if (files.length > maxFiles)
      return `I read at most ${maxFiles} files at a time; a zip archive counts as one. ${elsewhere}`;
    const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    if (bytes <= maxBytes) return null;
    return `${size(bytes)} are more than I read in a chat (${maxBytes / MEGABYTE} MB). ${elsewhere}`;
  }
};

const ENDED =
  'I was stopped in the middle of it: what stands here was understood until then. Please send the rest again.';
const NOTHING_GIVEN =
  'There is nothing to read. Put the text on the lines below `read <target>`, or send me a file with these words: logs, output of `Get-` commands, events, captures, zip archives of them.';

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
