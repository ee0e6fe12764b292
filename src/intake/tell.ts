import { StoreDownError, StoreSilentError } from '../domain/errors.js';
import { brokenView, changeUnclearView, queueDownView } from '../view/answers.js';
import type { View } from '../view/view.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';

export type Tell = ReturnType<typeof makeTell>;

/** How a question is answered: to the asker alone, to everybody there, or in the place of the message whose button was pressed. */
export const makeTell = ({ messenger, onTrouble }: Pick<IntakeDeps, 'messenger' | 'onTrouble'>) => {
  return { tell, show, inPlace };

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
    await messenger(question.to.platform, question.run).edit(question.to, view);
  }
};

/** What went wrong, as the asker may read it. */
export const troubleView = (error: unknown, { run }: Question): View =>
  error instanceof StoreSilentError
    ? changeUnclearView()
    : error instanceof StoreDownError
      ? queueDownView()
      : brokenView(run);
