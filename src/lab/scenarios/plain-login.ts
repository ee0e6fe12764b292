import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Readable password';

export const plainLogin = defineScenario({
  id: 'plain-login',
  title: TITLE,
  tells: 'Nothing is broken: Exchange takes the password without encryption, and so it crosses the network readable.',
  expects: {
    state: 'healthy',
    verdicts: { 'imap-login-offer': 'healthy', 'imap-login': 'healthy', 'imap-mailbox': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ loginType: 'PlainTextLogin' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port, security: 'plain' } });
  },
});
