import { judgeRead } from '../diagnosis/judge-read.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Wants } from '../domain/request.js';
import { readFiles } from '../readers/read.js';
import { refusalView } from '../view/answers.js';
import { readView } from '../view/read.js';
import { highestRole, targetsFor } from './access.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';
import type { Tell } from './tell.js';

type Read = Extract<Wants, { do: 'read' }>;

/** Reads what somebody pasted and judges it for their target. It looks at nothing, so it needs neither queue nor claim. */
export const makeRead = (deps: IntakeDeps, { show, tell }: Tell) => {
  const { clock, grants, onTrouble } = deps;

  return async (question: Question, { target, pasted }: Read, visible: readonly ConfiguredTarget[]): Promise<void> => {
    const allowed = targetsFor(grants, question.by, 'runner', visible);
    const named = allowed.filter(({ id }) => id === target);
    if (allowed.length === 0 || (target !== null && named.length === 0)) {
      const has = highestRole(grants, question.by, visible);
      return tell(
        question,
        refusalView(question.by, { needs: 'runner', has, targets: target === null ? [] : [target] }),
      );
    }
    const startedAt = isoNow(clock);
    const onCrash = (error: unknown) => onTrouble(error, question);
    const read = await readFiles(question.files ?? [{ name: 'pasted', bytes: once(pasted) }], {
      clock,
      signal: NOBODY_STOPS,
      onCrash,
      limits: question.files ? DROPPED : PASTED,
    });
    const finishedAt = isoNow(clock);
    const { meant, judged } = judgeRead({
      read,
      known: allowed,
      named,
      run: question.run,
      startedAt,
      finishedAt,
      onCrash,
    });
    const view = readView({
      files: read.map(({ file }) => file),
      judged,
      meant,
      at: finishedAt,
      checkWith: id => `/uccx check ${id}`,
      nameWith: '/uccx read <target>, and the text below it,',
    });
    await show(question, view);
  };
};

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

const NOBODY_STOPS = new AbortController().signal;
/** Text is no archive; what looks like one is not unpacked here. */
const PASTED = { files: 1, depth: 0, bytes: 1_000_000 };
/** Unpacked; whoever has more takes the command line, which has no such limit and no one else to serve. */
const DROPPED = { files: 500, depth: 2, bytes: 512 * 2 ** 20 };
