import { THROTTLED } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Throttled at the door';

export const loginThrottled = defineScenario({
  id: 'login-throttled',
  title: TITLE,
  tells: 'The account has used up its budget so far that even its login is turned away.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-greeting': 'healthy', 'imap-login': 'problem', 'imap-mailbox': 'unknown' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({
      script: { AUTHENTICATE: (session, command) => session.answer(command, THROTTLED) },
    });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
