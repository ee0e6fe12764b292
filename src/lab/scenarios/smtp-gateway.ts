import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'A gateway before Exchange';

export const smtpGateway = defineScenario({
  id: 'smtp-gateway',
  title: TITLE,
  tells: 'A mail gateway answers in place of Exchange and has a limit on connections of its own.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ refuses: 'gateway' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
