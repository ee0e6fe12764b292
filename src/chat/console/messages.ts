import { randomBytes } from 'node:crypto';
import { type Clock, type IsoTime, isoNow } from '../../domain/clock.js';
import type { View } from '../../view/view.js';

export type QuestionMessage = { is: 'question'; id: string; at: IsoTime; text: string; change: number };
export type AnswerMessage = {
  is: 'answer';
  id: string;
  question: string;
  /** Told to the asker (help, a refusal, a mistake), no result of a run. */
  told: boolean;
  at: IsoTime;
  editedAt: IsoTime | null;
  view: View;
  change: number;
};
export type Message = QuestionMessage | AnswerMessage;

/**
 * The conversation of one console, in memory and bounded. Every post and edit is one numbered change; as an edit replaces the
 * whole message, a reader who knows change 17 is brought up to date by the messages whose `change` is greater.
 */
export type Messages = {
  /** Tells this process's messages and change numbers from those of the one before it. */
  readonly epoch: string;
  readonly ask: (text: string) => QuestionMessage;
  readonly answer: (question: string, view: View, told: boolean) => AnswerMessage;
  /** Null where the message is not (or no longer) here. */
  readonly edit: (id: string, view: View) => AnswerMessage | null;
  readonly find: (id: string) => Message | null;
  readonly answersTo: (question: string) => AnswerMessage[];
  /** In the order in which they were first posted. */
  readonly changedSince: (change: number) => Message[];
  readonly lastChange: () => number;
  /** Gives back how to stop listening. */
  readonly listen: (listener: (message: Message) => void) => () => void;
};

const KEPT = 200;

export const makeMessages = ({ clock, kept = KEPT }: { clock: Clock; kept?: number }): Messages => {
  const epoch = randomBytes(6).toString('hex');
  const byId = new Map<string, Message>();
  const listeners = new Set<(message: Message) => void>();
  let lastChange = 0;
  let posted = 0;

  const nextId = () => `${epoch}-${++posted}`;
  const put = <M extends Message>(message: M): M => {
    byId.set(message.id, message);
    for (const id of byId.keys()) {
      if (byId.size <= kept) break;
      byId.delete(id);
    }
    for (const listener of [...listeners]) listener(message);
    return message;
  };

  return {
    epoch,
    ask: text => put({ is: 'question', id: nextId(), at: isoNow(clock), text, change: ++lastChange }),
    answer: (question, view, told) =>
      put({
        is: 'answer',
        id: nextId(),
        question,
        told,
        at: isoNow(clock),
        editedAt: null,
        view,
        change: ++lastChange,
      }),
    edit: (id, view) => {
      const before = byId.get(id);
      if (before?.is !== 'answer') return null;
      return put({ ...before, editedAt: isoNow(clock), view, change: ++lastChange });
    },
    find: id => byId.get(id) ?? null,
    answersTo: question =>
      [...byId.values()].filter(message => message.is === 'answer').filter(answer => answer.question === question),
    changedSince: change => [...byId.values()].filter(message => message.change > change),
    lastChange: () => lastChange,
    listen: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
