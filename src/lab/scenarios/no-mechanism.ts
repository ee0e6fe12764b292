import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Integrated login only';

export const noMechanism = defineScenario({
  id: 'no-mechanism',
  title: TITLE,
  tells: 'Exchange offers NTLM and GSSAPI and no way to log in with a password, even after TLS.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'imap-login-offer': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ mechanisms: ['NTLM', 'GSSAPI'] });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
