import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Store sessions used up';

export const storeLimit = defineScenario({
  id: 'store-limit',
  title: TITLE,
  tells:
    'The login is accepted and INBOX does not open: the account holds all the store sessions that one user may have.',
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
    const imap = await stage.imap({ limits: { perUser: 64, storeSessions: 16 } });
    await stage.agents(imap, 16);
    return mailTarget(stage, TITLE, { desktop: 'cad', agents: 12, imap: { port: imap.port } });
  },
});
