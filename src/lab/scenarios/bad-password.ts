import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Password changed';

export const badPassword = defineScenario({
  id: 'bad-password',
  title: TITLE,
  tells:
    'The password of the mailbox account was changed in the directory and not in UCCX; nobody else is on the account.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'imap-login': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, password: 'the-password-of-last-quarter' });
  },
});
