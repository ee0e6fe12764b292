import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'The other port is open';

export const smtpOtherPort = defineScenario({
  id: 'smtp-other-port',
  title: TITLE,
  tells:
    'The SMTP port that UCCX is configured for refuses, and the other one of the same server is open: the binding of a connector is missing.',
  expects: { state: 'problem', verdicts: { 'imap-login': 'healthy', 'smtp-port': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap();
    const open = await stage.smtp();
    const smtp = { port: await stage.closedPort(), otherPort: open.port };
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp });
  },
});
