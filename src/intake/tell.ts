import { StoreDownError, StoreSilentError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import type { ReplyAddress } from '../domain/request.js';
import { brokenView, changeUnclearView, queueDownView } from '../view/answers.js';
import type { View } from '../view/view.js';
import type { IntakeDeps } from './deps.js';
import { patiently, patientlyOnce } from './patiently.js';
import { MessengerBusyError, MessengerRefusedError, type Question } from './ports.js';

export type Tell = ReturnType<typeof makeTell>;

/** Answers that wait for their platform; each may have some hundred kilobytes. */
const MOST_UNTOLD = 200;

/**
 * How a question is answered: to the asker alone, to everybody there, or in the place of the message whose button was pressed. What a
 * platform does not take for long is kept as it is: whoever has the question asked again tells that, and does nothing a second time.
 */
export const makeTell = ({ messenger, inbox, onTrouble }: Pick<IntakeDeps, 'messenger' | 'inbox' | 'onTrouble'>) => {
  const untold = new Map<RunId, () => Promise<unknown>>();
  return { tell, unrecorded, show, inPlace, becomes, placeholder, carry, untold: untoldOf, forget };

  function tell(question: Question, view: View): Promise<void> {
    return carry(question, () => aside(question, view));
  }

  /** It repeats a word that was typed, which may be anything: it is on record that somebody mistook, and no more. */
  function unrecorded(question: Question, view: View): Promise<void> {
    const { to } = question;
    return carry(question, () => patientlyOnce(() => messenger(to.platform).tell(to, view)));
  }

  function show(question: Question, view: View): Promise<void> {
    const { begun, to, run } = question;
    if (begun) return tell(question, view);
    return carry(question, async () => {
      try {
        await patientlyOnce(() => messenger(to.platform, run).post(to, view));
      } catch (error) {
        onTrouble(error, question);
        await aside(question, view);
      }
    });
  }

  /** Where a button stood, its message becomes the answer. */
  function inPlace(question: Question, view: View): Promise<void> {
    return question.fromButton ? carry(question, () => becomes(question, question.to, view)) : show(question, view);
  }

  /** That message becomes the answer; where the platform closes that way for good, the asker is told. */
  async function becomes(question: Question, at: ReplyAddress, view: View): Promise<void> {
    try {
      await patiently(() => messenger(at.platform, question.run).edit(at, view));
    } catch (error) {
      if (!(error instanceof MessengerRefusedError)) throw error;
      onTrouble(error, question);
      await patientlyOnce(() => messenger(question.to.platform, question.run).tell(question.to, view));
    }
  }

  /** The message that says that something is under way and becomes its answer. Null where the platform does not take it now. */
  async function placeholder(question: Question, view: View): Promise<ReplyAddress | null> {
    const { run, to, begun } = question;
    if (begun) return begun;
    try {
      const at = await messenger(to.platform, run).post(to, view);
      await inbox?.note(run, at).catch(error => onTrouble(error, question));
      return at;
    } catch (error) {
      onTrouble(error, question);
      return null;
    }
  }

  /** Throws `MessengerBusyError` where the answer is still to be told, by the same. */
  async function carry({ run }: Question, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (error instanceof MessengerBusyError) keep(run, send);
      throw error;
    }
  }

  /** How to tell the answer of a question that was worked on, and is to be told only. */
  function untoldOf({ run }: Question): (() => Promise<unknown>) | null {
    return untold.get(run) ?? null;
  }

  function forget({ run }: Question): void {
    untold.delete(run);
  }

  async function aside(question: Question, view: View): Promise<void> {
    const { begun, to, run } = question;
    if (begun) await becomes(question, begun, view);
    else await patientlyOnce(() => messenger(to.platform, run).tell(to, view));
  }

  function keep(run: RunId, send: () => Promise<unknown>): void {
    untold.delete(run);
    untold.set(run, send);
    for (const oldest of untold.keys()) {
      if (untold.size <= MOST_UNTOLD) break;
      untold.delete(oldest);
    }
  }
};

/** What went wrong, as the asker may read it. */
export const troubleView = (error: unknown, { run }: Question): View =>
  error instanceof StoreSilentError
    ? changeUnclearView()
    : error instanceof StoreDownError
      ? queueDownView()
      : brokenView(run);
