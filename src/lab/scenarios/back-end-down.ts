import { NOT_CONNECTED } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Back end stopped';

export const backEndDown = defineScenario({
  id: 'back-end-down',
  title: TITLE,
  tells:
    'The front end of the IMAP service takes the login, and the service behind it that has the mailbox is stopped.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-greeting': 'healthy', 'imap-login': 'healthy', 'imap-mailbox': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ script: { SELECT: (session, command) => session.answer(command, NOT_CONNECTED) } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
