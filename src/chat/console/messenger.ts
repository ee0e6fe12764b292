import type { Messenger } from '../../intake/ports.js';
import type { View } from '../../view/view.js';
import { fromAddress, toAddress } from './address.js';
import type { Messages } from './messages.js';

/** Carries answers to the page. The page has one reader, so what is told to the asker stands among the rest. */
export const makeConsoleMessenger = (messages: Messages, origin: () => string | null): Messenger => {
  const post = (question: string, view: View) =>
    toAddress({ question, message: messages.answer(question, view, false).id });
  return {
    post: async (to, view) => post(fromAddress(to).question, view),
    edit: async (at, view) => {
      const { question, message } = fromAddress(at);
      const edited = message === null ? null : messages.edit(message, view);
      return edited ? at : post(question, view);
    },
    tell: async (to, view) => {
      messages.answer(fromAddress(to).question, view, true);
    },
    /** The page has one conversation; a digest stands in it under the question that made it, or under none. */
    lasting: to => toAddress({ question: fromAddress(to).question, message: null }),
    named: async () => toAddress({ question: 'digests', message: null }),
    link: async at => {
      const { message } = fromAddress(at);
      const here = origin();
      // Without the token: links are stored and shown to others.
      return message && here ? `${here}/#${message}` : null;
    },
  };
};
