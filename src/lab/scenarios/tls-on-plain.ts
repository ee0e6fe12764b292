import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'TLS spoken to a port without';

export const tlsOnPlain = defineScenario({
  id: 'tls-on-plain',
  title: TITLE,
  tells: 'The target wants TLS from the first byte, and the port speaks plain IMAP, as 143 does.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'tls-version': 'problem', 'imap-greeting': 'unknown' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    return mailTarget(stage, TITLE, { imap: { port: imap.port, security: 'tls' } });
  },
});
