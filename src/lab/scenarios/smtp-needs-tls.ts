import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'SMTP login wants encryption';

export const smtpNeedsTls = defineScenario({
  id: 'smtp-needs-tls',
  title: TITLE,
  tells: 'UCCX sends without encryption, and the connector offers a login with a password only behind it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-banner': 'healthy', 'smtp-login-offer': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp();
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port, security: 'plain' } });
  },
});
