import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'SMTP connector full for all';

export const smtpTotal = defineScenario({
  id: 'smtp-total',
  title: TITLE,
  tells: 'All senders together hold as many connections as the receive connector allows.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ refuses: 'total' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
