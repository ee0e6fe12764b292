import { text, type View } from '../../view/view.js';
import type { Scope } from './address.js';

/** Said once, where the app was installed. */
export const welcomeView = (scope: Scope): View => ({
  tone: 'plain',
  headline: 'Ask here what is wrong with the mail path of Cisco UCCX and Unity Connection on Exchange.',
  sections: [
    {
      tone: 'plain',
      title: '',
      lines: [
        text(
          scope === 'personal'
            ? 'Write check and the name of a target, or help.'
            : 'Mention the bot, and write check and the name of a target, or help.',
        ),
        text('It looks, and prints the commands that put things right. It never changes anything on Exchange.'),
        text('It writes unasked only where its configuration says so. Remove the app, and it is silent here.'),
      ],
      commands: [],
      detail: false,
    },
  ],
  footer: '',
  file: 'uccx-welcome',
  actions: [{ id: 'help', label: 'Help', command: '/uccx help' }],
});
