import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Transport short of disk';

export const smtpBackPressure = defineScenario({
  id: 'smtp-back-pressure',
  title: TITLE,
  tells: 'The transport service is short of disk or memory and takes no mail until that is over.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ refuses: 'back-pressure' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
