import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Connector without logins';

export const smtpNoLogin = defineScenario({
  id: 'smtp-no-login',
  title: TITLE,
  tells: 'The receive connector that answers offers no login, as one made for relaying does.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-banner': 'healthy', 'smtp-login-offer': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ mechanisms: [] });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
