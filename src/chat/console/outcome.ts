import type { AnswerMessage, Messages } from './messages.js';

/**
 * Waits until a question is answered for good: it was taken in, and nothing said to it is still `running`.
 * Gives back the result, or else what the asker was told, the latest of each; null when `signal` ends the waiting.
 */
export const outcomeOf = (
  messages: Messages,
  question: string,
  taken: Promise<void>,
  signal: AbortSignal,
): Promise<AnswerMessage | null> =>
  new Promise(resolve => {
    // Kept here as well: the conversation is bounded, and a busy one may push this answer out.
    const answers = new Map(messages.answersTo(question).map(answer => [answer.id, answer]));
    let isTaken = false;
    const end = (answer: AnswerMessage | null) => {
      stop();
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    };
    const look = () => {
      const all = [...answers.values()].sort((a, b) => a.change - b.change);
      const done = all.filter(isFinal);
      const last = done.findLast(answer => !answer.told) ?? done.at(-1);
      // A placeholder that was pushed out is never edited again: its result comes as a new message.
      const awaited = all.some(answer => !isFinal(answer) && messages.find(answer.id));
      if (isTaken && last && !awaited) end(last);
    };
    const stop = messages.listen(message => {
      if (message.is !== 'answer' || message.question !== question) return;
      answers.set(message.id, message);
      look();
    });
    const giveUp = () => end(null);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    void taken.then(() => {
      isTaken = true;
      look();
    });
  });

/** What the asker was told is never edited, also where it tells of a check that is running. */
const isFinal = ({ told, view }: AnswerMessage) => told || view.tone !== 'running';
