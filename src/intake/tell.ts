import { StoreDownError, StoreSilentError } from '../domain/errors.js';
import type { ReplyAddress } from '../domain/request.js';
import { brokenView, changeUnclearView, queueDownView } from '../view/answers.js';
import type { View } from '../view/view.js';
import type { IntakeDeps } from './deps.js';
import { patiently } from './patiently.js';
import type { Question } from './ports.js';

export type Tell = ReturnType<typeof makeTell>;

/** How a question is answered: to the asker alone, to everybody there, or in the place of the message whose button was pressed. */
export const makeTell = ({ messenger, inbox, onTrouble }: Pick<IntakeDeps, 'messenger' | 'inbox' | 'onTrouble'>) => {
  return { tell, show, inPlace, placeholder };

  async function tell(question: Question, view: View): Promise<void> {
    if (question.begun) await messenger(question.begun.platform, question.run).edit(question.begun, view);
    else await messenger(question.to.platform, question.run).tell(question.to, view);
  }

  async function show(question: Question, view: View): Promise<void> {
    if (question.begun) return tell(question, view);
    try {
      await messenger(question.to.platform, question.run).post(question.to, view);
    } catch (error) {
      onTrouble(error, question);
      await tell(question, view);
    }
  }

  /** Where a button stood, its message becomes the answer. */
  async function inPlace(question: Question, view: View): Promise<void> {
    if (!question.fromButton) return show(question, view);
    await patiently(() => messenger(question.to.platform, question.run).edit(question.to, view));
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
};

/** What went wrong, as the asker may read it. */
export const troubleView = (error: unknown, { run }: Question): View =>
  error instanceof StoreSilentError
    ? changeUnclearView()
    : error instanceof StoreDownError
      ? queueDownView()
      : brokenView(run);
