import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Plain login to a server that wants TLS';

export const starttlsRequired = defineScenario({
  id: 'starttls-required',
  title: TITLE,
  tells: 'UCCX is set to plain IMAP and Exchange takes no login before STARTTLS.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'imap-login-offer': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    return mailTarget(stage, TITLE, { imap: { port: imap.port, security: 'plain' } });
  },
});
