import type { View } from '../../view/view.js';
import type { Message } from './messages.js';
import type { Part } from './parts.js';
import { words } from './parts.js';
import { renderConsole } from './render.js';

/** The same answer in another shape, shown beside it: plain text, Slack's blocks. */
export type OtherForm = { name: string; render: (view: View) => string };

/** A message as the page and programs get it: `view` for programs, `body` and `forms` for the page to build. */
export type WireMessage =
  | { is: 'question'; id: string; at: string; text: Part[] }
  | {
      is: 'answer';
      id: string;
      question: string;
      told: boolean;
      at: string;
      editedAt: string | null;
      view: View;
      body: Part;
      forms: { name: string; text: Part[] }[];
    };

/** A form that cannot be drawn costs that form, never the answer; `onFault` is told for the log. */
export const toWire = (
  message: Message,
  forms: readonly OtherForm[],
  onFault: (error: unknown, form: string) => void,
): WireMessage => {
  if (message.is === 'question') return { is: 'question', id: message.id, at: message.at, text: words(message.text) };
  const { id, question, told, at, editedAt, view } = message;
  return {
    is: 'answer',
    id,
    question,
    told,
    at,
    editedAt,
    view,
    body: renderConsole(view),
    // What is still being looked at changes every second: the other forms are for what stays.
    forms: view.tone === 'running' ? [] : forms.map(form => ({ name: form.name, text: words(drawn(form)) })),
  };

  function drawn({ name, render }: OtherForm): string {
    try {
      return render(view);
    } catch (error) {
      onFault(error, name);
      return 'This form could not be drawn: a fault of our own, which the log tells.';
    }
  }
};
