import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Mailbox without IMAP';

export const imapDisabled = defineScenario({
  id: 'imap-disabled',
  title: TITLE,
  tells:
    'The password is right, and the mailbox may not be used over IMAP: the login is accepted and nothing works after it.',
  expects: {
    state: 'problem',
    verdicts: {
      'imap-port': 'healthy',
      'imap-greeting': 'healthy',
      'imap-login': 'healthy',
      'imap-mailbox': 'problem',
    },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ accounts: [{ ...stage.account, imapEnabled: false }] });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
