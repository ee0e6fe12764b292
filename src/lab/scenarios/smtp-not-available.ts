import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Transport out of service';

export const smtpNotAvailable = defineScenario({
  id: 'smtp-not-available',
  title: TITLE,
  tells: 'A component of the transport service is inactive, as after maintenance that nobody ended.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ refuses: 'service-not-available' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
